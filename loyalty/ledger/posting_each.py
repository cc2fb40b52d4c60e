"""Posting to many accounts: the moves of `posting` for each, the statements for all of them together."""

from collections.abc import Sequence

from db.engine import insert_many, one_of, rows, run_many
from loyalty.ledger import expiring
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Entry, Posting, write_each
from loyalty.ledger.posting import DRAW, LOWER, Lot, Own, drawing, lowering, new_lot
from loyalty.ledger.settling import pay_debts

_SPENDABLE = """SELECT customer_id,
      CAST(sum(CASE WHEN available_at <= {{}} THEN remaining ELSE 0 END) AS BIGINT) AS free
    FROM lots WHERE programme_id = {{}} AND {whose} AND remaining > 0 GROUP BY customer_id"""


async def spendable_each(accounts: Sequence[Account]) -> dict[int, int]:
    """What is free in spendable lots of many accounts, by customer; debts aren't deducted."""
    if not accounts:
        return {}
    whose, args = one_of("customer_id", [account.customer_id for account in accounts])
    found = await rows(_SPENDABLE.format(whose=whose), accounts[0].now, accounts[0].programme.id, *args)
    return {account.customer_id: 0 for account in accounts} | {
        row["customer_id"]: row["free"] for row in found
    }


async def post_each(asked: Sequence[tuple[Account, Posting]]) -> list[Entry]:
    """Write a credit or a debit of each of many accounts, some statements for all of them together.

    Each account once. The kinds are those that move no expiry dates; the caller has seen that no key is there
    yet and that spendable lots cover each debit (`spendable_each`, `refuse_short`).
    """
    assert not any(posting.kind in expiring.ACTIVITY for _, posting in asked)
    if not asked:
        return []
    entries = [entry for (entry,) in await write_each([(account, [posting]) for account, posting in asked])]
    posted = [(*each, entry) for each, entry in zip(asked, entries, strict=True)]
    lots = [new_lot(account, entry, posting) for account, posting, entry in posted if posting.points > 0]
    await insert_many("lots", Lot._fields, lots)
    for account, lot in zip(
        (account for account, posting, _ in posted if posting.points > 0), lots, strict=True
    ):
        if account.debt:
            await pay_debts(account, lot.id, lot.points, by_entry_id=lot.entry_id)
    debits = [(account, entry) for account, posting, entry in posted if posting.points < 0]
    await run_many(DRAW, [drawing(account, entry, Own(), account.now) for account, entry in debits])
    await run_many(LOWER, [lowering(account, entry) for account, entry in debits])
    return entries
