"""Compensating entries: an entry is never deleted, its opposite is posted (PRODUCT C1 `undo`)."""

from db.engine import Row, one, value
from db.enums import EntryKind
from loyalty.errors import AlreadyDone, NotFound
from loyalty.ledger import carrying
from loyalty.ledger.accounts import Account
from loyalty.ledger.chains import root
from loyalty.ledger.entries import Entry, Posting
from loyalty.ledger.locking import locked
from loyalty.ledger.posting import Own, debit, drawn_by, give_back
from loyalty.ledger.settling import lower_debt
from loyalty.rules.actors import Actor

STANDING = """SELECT e.id, e.customer_id, e.points, e.qualifying, e.uid, e.order_id, e.store_id, e.issued_reward_id,
      e.referral_id, e.review_id, e.reverses_id, d.remaining AS debt, r.id AS reversed_by
    FROM ledger_entries e
    LEFT JOIN debts d ON d.programme_id = e.programme_id AND d.entry_id = e.id
    LEFT JOIN ledger_entries r ON r.programme_id = e.programme_id AND r.reverses_id = e.id
    WHERE e.programme_id = {} AND """
"""What of entries says whether and how they can be reversed; ends with which."""


async def reverse(
    account: Account, entry_id: int, *, kind: EntryKind, by: Actor, reason: str, comment: str
) -> Entry:
    """Post the opposite of one entry of this account, once.

    A debit's points go back to the lots they came from; a credit is taken back from its own lot first.
    An entry of a record that was merged into this account is reversed there, and what that gives or takes
    is carried on. Raises NotFound, AlreadyDone, and NotEnoughPoints when a credit's points are spent.
    """
    if gone := await carrying.merged_owner(account, entry_id):
        return await _on_merged(account, gone, entry_id, kind=kind, by=by, reason=reason, comment=comment)
    return await _reverse(account, entry_id, kind=kind, by=by, reason=reason, comment=comment)


async def _on_merged(
    account: Account, gone_id: int, entry_id: int, *, kind: EntryKind, by: Actor, reason: str, comment: str
) -> Entry:
    gone = await locked(account.programme.id, gone_id, merged=True)
    points = await value(
        "SELECT points FROM ledger_entries WHERE programme_id = {} AND id = {}",
        account.programme.id,
        entry_id,
    )
    if points > 0:
        await carrying.fetch(gone, account, points, key=f"entry:{entry_id}:{kind}", by=by)
    entry = await _reverse(gone, entry_id, kind=kind, by=by, reason=reason, comment=comment)
    await carrying.carry(gone, account, key=f"entry:{entry.uid}:carried", by=by)
    return entry


async def _reverse(
    account: Account, entry_id: int, *, kind: EntryKind, by: Actor, reason: str, comment: str
) -> Entry:
    """Post the opposite of an entry of this very account."""
    which = "e.id = {} AND e.customer_id = {}"
    row = await one(STANDING + which, account.programme.id, entry_id, account.customer_id)
    posting = opposite(row, kind=kind, by=by, reason=reason, comment=comment)
    assert row is not None, "it has an opposite"
    if row["points"] > 0:
        return await debit(account, posting, own=Own(entry_id=await root(account.programme.id, entry_id)))
    if row["debt"]:
        await lower_debt(account, entry_id, row["debt"], cancelled=True)
    return await give_back(account, posting, await drawn_by(account, entry_id))


def opposite(row: Row | None, *, kind: EntryKind, by: Actor, reason: str, comment: str) -> Posting:
    """What takes an entry back, a row of `STANDING`. Raises NotFound where there is none, AlreadyDone."""
    if row is None:
        raise NotFound("There is no such entry on this account.")
    if row["reversed_by"] is not None:
        raise AlreadyDone("This has already been taken back.")
    return Posting(
        kind=kind,
        points=-row["points"],
        qualifying=-row["qualifying"],
        key=f"entry:{row['uid']}:{kind}",
        by=by,
        store_id=row["store_id"],
        order_id=row["order_id"],
        issued_reward_id=row["issued_reward_id"],
        referral_id=row["referral_id"],
        review_id=row["review_id"],
        reverses_id=row["id"],
        reason=reason,
        comment=comment,
    )
