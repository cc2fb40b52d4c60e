"""Taking back entries of many accounts: the rules of `undoing` for each, the statements for all of them together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from db.engine import Row, atomic, insert_many, one_of, rows, run_many
from db.enums import EntryKind
from loyalty.errors import LoyaltyError
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Entry, Posting, write_each
from loyalty.ledger.posting import DRAW, LOWER, Own, drawing, lowering, refuse_short
from loyalty.ledger.undoing import STANDING, opposite, reverse
from loyalty.rules.actors import Actor

Reversed: TypeAlias = Entry | LoyaltyError

# A lot that one of these entries opened is its own customer's, of whom no other entry is taken back.
_DRAWABLE = """SELECT customer_id, CAST(sum(remaining) AS BIGINT) AS points FROM lots
    WHERE programme_id = {{}} AND {whose} AND remaining > 0 AND (available_at <= {{}} OR {own}) GROUP BY customer_id"""
_DRAWN = """SELECT a.entry_id, a.lot_id, l.customer_id, l.lapses_at, CAST(sum(a.points) AS BIGINT) AS points
    FROM allocations a JOIN lots l ON l.programme_id = a.programme_id AND l.id = a.lot_id
    WHERE a.programme_id = {{}} AND {those} GROUP BY a.entry_id, a.lot_id, l.customer_id, l.lapses_at
    HAVING sum(a.points) > 0"""
_RETURN = "UPDATE lots SET remaining = remaining + {} WHERE programme_id = {} AND id = {}"


async def reverse_each(
    asked: Sequence[tuple[Account, int]], *, kind: EntryKind, by: Actor, reason: str, comment: str
) -> list[Reversed]:
    """Post the opposite of an entry of each of these locked accounts, as `reverse` does, in the caller's transaction.

    Each account once. Answers the new entries, or why one is refused. Where more than an entry's own lots is
    moved (debts, lots that died meanwhile, merged records, chains of reversals), that account goes by itself.
    """
    standing, drawn = await _standing(asked), await _drawn(asked)
    outcomes: dict[int, Reversed] = {}
    plain: list[tuple[Account, Posting]] = []
    for account, entry_id in asked:
        row = standing.get(entry_id)
        if row is not None and _is_plain(account, row, drawn[entry_id]):
            plain.append((account, opposite(row, kind=kind, by=by, reason=reason, comment=comment)))
            continue
        try:
            async with atomic():
                outcomes[account.customer_id] = await reverse(
                    account, entry_id, kind=kind, by=by, reason=reason, comment=comment
                )
        except LoyaltyError as refusal:
            outcomes[account.customer_id] = refusal
    outcomes |= await _posted(plain, drawn)
    return [outcomes[account.customer_id] for account, _ in asked]


async def _standing(asked: Sequence[tuple[Account, int]]) -> dict[int, Row]:
    those, args = one_of("e.id", [entry_id for _, entry_id in asked])
    found = await rows(STANDING + those, asked[0][0].programme.id, *args)
    return {row["id"]: row for row in found}


async def _drawn(asked: Sequence[tuple[Account, int]]) -> Mapping[int, list[Row]]:
    """Of each entry the lots that it took from, with what it took on the whole."""
    those, args = one_of("a.entry_id", [entry_id for _, entry_id in asked])
    drawn: dict[int, list[Row]] = defaultdict(list)
    for row in await rows(_DRAWN.format(those=those), asked[0][0].programme.id, *args):
        drawn[row["entry_id"]].append(row)
    return drawn


def _is_plain(account: Account, row: Row, drawn: Sequence[Row]) -> bool:
    return (
        row["customer_id"] == account.customer_id
        and not (account.debt or row["debt"] or row["reverses_id"] or row["reversed_by"])
        and all(
            lot["customer_id"] == account.customer_id and not account.is_lapsed(lot["lapses_at"])
            for lot in drawn
        )
    )


async def _posted(
    asked: Sequence[tuple[Account, Posting]], drawn: Mapping[int, list[Row]]
) -> dict[int, Reversed]:
    """Debits from an entry's own lot first, credits into the lots they came from."""
    outcomes: dict[int, Reversed] = {}
    drawable = await _drawable([each for each in asked if each[1].points < 0])
    covered: list[tuple[Account, Posting]] = []
    for account, posting in asked:
        try:
            if posting.points < 0:
                refuse_short(account, posting.points, drawable.get(account.customer_id, 0))
            covered.append((account, posting))
        except LoyaltyError as refusal:
            outcomes[account.customer_id] = refusal
    if not covered:
        return outcomes
    entries = [entry for (entry,) in await write_each([(account, [posting]) for account, posting in covered])]
    posted = [(*each, entry) for each, entry in zip(covered, entries, strict=True)]
    debits = [each for each in posted if each[1].points < 0]
    await run_many(
        DRAW,
        [
            drawing(account, entry, Own(entry_id=posting.reverses_id), account.now)
            for account, posting, entry in debits
        ],
    )
    await run_many(LOWER, [lowering(account, entry) for account, _, entry in debits])
    returned = [
        (account.programme.id, entry.id, lot["lot_id"], entry.id, -lot["points"])
        for account, posting, entry in posted
        if posting.points > 0 and posting.reverses_id
        for lot in drawn[posting.reverses_id]
    ]
    await insert_many(
        "allocations", ("programme_id", "entry_id", "lot_id", "by_entry_id", "points"), returned
    )
    await run_many(
        _RETURN, [(-points, programme_id, lot_id) for programme_id, _, lot_id, _, points in returned]
    )
    return outcomes | {entry.customer_id: entry for entry in entries}


async def _drawable(debits: Sequence[tuple[Account, Posting]]) -> dict[int, int]:
    """What each of these could draw: from the lot of the entry that is taken back, and from spendable ones."""
    if not debits:
        return {}
    whose, people = one_of("customer_id", [account.customer_id for account, _ in debits])
    own, entries = one_of("entry_id", [posting.reverses_id for _, posting in debits])
    first = debits[0][0]
    found = await rows(
        _DRAWABLE.format(whose=whose, own=own), first.programme.id, *people, first.now, *entries
    )
    return {row["customer_id"]: row["points"] for row in found}
