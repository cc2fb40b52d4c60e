"""Adjusting many balances: the rules of `adjusting` for each, the statements for all of them together.

PRODUCT B1, C7, N1. What `adjust` refuses for one person is refused for that person alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from db.engine import one_of, rows
from db.enums import CustomerType, EntryKind
from loyalty import audit
from loyalty.errors import AlreadyDone, LoyaltyError
from loyalty.ledger import allowances
from loyalty.ledger.accounts import Account
from loyalty.ledger.adjusting import Adjusted, posting_of, refuse_long, sentence_of, told
from loyalty.ledger.allowances import Allowance
from loyalty.ledger.entries import Entry, Posting, repeat
from loyalty.ledger.locking import locked_each
from loyalty.ledger.posting import refuse_short
from loyalty.ledger.posting_each import post_each, spendable_each
from loyalty.rules import adjustments as rules
from loyalty.rules.actors import Actor

Outcome: TypeAlias = Adjusted | LoyaltyError

_KNOWN = "SELECT key FROM ledger_entries WHERE programme_id = {{}} AND {among}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An adjustment of one person, as `adjust` takes it. With `sets`, `points` is what is to be available."""

    customer_id: int
    points: int
    reason: str
    comment: str
    key: str
    expires_at: datetime | None = None
    sets: bool = False


async def adjust_each(
    programme_id: int, asked: Sequence[Asked], *, by: Actor, kind: EntryKind = EntryKind.ADJUST
) -> list[Outcome]:
    """Adjust each of these people, once each, in the caller's transaction; in the order of their ids.

    Answers what became of each, or why it is refused: as `adjust`, and AlreadyDone for a balance that is set
    and is so already. Allowances of `by` are used up from the first to the last.
    """
    accounts, refused = await locked_each(programme_id, [each.customer_id for each in asked])
    outcomes: dict[int, Outcome] = {**refused}
    if not accounts:
        return [outcomes[each.customer_id] for each in asked]
    first = next(iter(accounts.values()))
    free = await spendable_each(list(accounts.values()))
    may = await allowances.held(first.programme, by, first.now)
    known = await _known(programme_id, asked)
    postings: list[tuple[Account, Posting]] = []
    for each in asked:
        if (account := accounts.get(each.customer_id)) is None:
            continue
        try:
            posting = _wanted(account, each, free[account.customer_id], by=by, kind=kind)
            if posting.key in known:
                outcomes[account.customer_id] = await _repeated(account, posting)
                continue
            _refuse(account, posting, free[account.customer_id], may)
        except LoyaltyError as refusal:
            outcomes[account.customer_id] = refusal
            continue
        may = may.after(posting.points)
        postings.append((account, posting))
    outcomes |= await _posted(programme_id, postings, by=by)
    return [outcomes[each.customer_id] for each in asked]


def _wanted(account: Account, asked: Asked, free: int, *, by: Actor, kind: EntryKind) -> Posting:
    """What is to be posted. Raises Invalid, AlreadyDone."""
    available = free - account.debt
    points = asked.points - available if asked.sets else asked.points
    if asked.sets and points == 0:
        raise AlreadyDone(f"{account.customer_name} has {account.programme.amount(available)} already.")
    refuse_long(asked.reason, asked.comment, asked.key)
    return posting_of(
        account,
        rules.checked(points),
        available + points,
        by=by,
        reason=asked.reason,
        comment=asked.comment,
        key=asked.key,
        expires_at=asked.expires_at,
        kind=kind,
    )


def _refuse(account: Account, posting: Posting, free: int, may: Allowance) -> None:
    """Raises NotAMember, NotAllowed, NotEnoughPoints."""
    if account.type is CustomerType.LEFT:
        account.require_member()
    rules.refuse_above(posting.points, limit=may.limit, left_today=may.left_today)
    if posting.points < 0:
        refuse_short(account, posting.points, free)


async def _known(programme_id: int, asked: Sequence[Asked]) -> set[str]:
    among, args = one_of("key", [f"adjust:{each.key}" for each in asked], "TEXT")
    return {row["key"] for row in await rows(_KNOWN.format(among=among), programme_id, *args)}


async def _repeated(account: Account, posting: Posting) -> Adjusted:
    before = await repeat(account, posting.key, posting.kind, posting.body)
    assert before is not None, "its key is there"
    return Adjusted(before, await told(account, before), None)


async def _posted(
    programme_id: int, postings: Sequence[tuple[Account, Posting]], *, by: Actor
) -> dict[int, Adjusted]:
    """Credits and debits alike, each with its action."""
    entries = await post_each(postings)
    actions = await audit.record_each(
        programme_id,
        "points.adjusted",
        [
            _action(account, posting, entry)
            for (account, posting), entry in zip(postings, entries, strict=True)
        ],
        by=by,
    )
    return {
        entry.customer_id: Adjusted(entry, action.sentence, action)
        for entry, action in zip(entries, actions, strict=True)
    }


def _action(account: Account, posting: Posting, entry: Entry) -> audit.Told:
    return audit.Told(
        customer_id=account.customer_id,
        name=account.customer_name,
        sentence=sentence_of(account, posting.breakdown["available"]),
        before={"balance": entry.balance_after - entry.points},
        after={"balance": entry.balance_after},
        reason=posting.reason,
        undo={"entries": [entry.id]},
    )
