"""Taking a copy back, with its points or without, and goodwill for a used one (PRODUCT E2)."""

from dataclasses import dataclass

from db.engine import atomic, one, retried
from db.enums import EntryKind
from loyalty import audit, repeats
from loyalty.audit import Action
from loyalty.errors import AlreadyDone, Invalid, NotFound
from loyalty.ledger import undoing
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Entry
from loyalty.ledger.locking import locked
from loyalty.rewards import catalogue, issued
from loyalty.rewards.issued import IssuedReward
from loyalty.rules.actors import Actor
from loyalty.rules.codes import remove as removal

_REVERSAL = "SELECT id FROM ledger_entries WHERE programme_id = {} AND reverses_id = {}"


@dataclass(frozen=True, slots=True)
class Removed:
    """Points returned, what to say, and the audited action."""

    points_returned: int
    sentence: str
    action: Action


@retried
async def remove(
    programme_id: int, uid: str, *, return_points: bool, by: Actor, reason: str, key: str
) -> Removed:
    """Void an unused copy and, unless `return_points` is off, give the points back to their lots.

    The code is void at once everywhere. Repeating `key` returns the first outcome. Raises NotAllowed for a
    used copy, AlreadyDone for a removed one, NotFound, KeyReused.
    """
    asked = repeats.mark(key, return_points, reason)
    async with atomic():
        account, copy = await _owned(programme_id, uid)
        done = await repeats.earlier(programme_id, "reward.removed", ("issued_reward", copy.id), asked)
        if done is not None:
            return Removed(done.after["points_returned"], done.action.sentence, done.action)
        outcome = removal(copy.life, account.now, return_points=return_points)
        await issued.save(programme_id, copy.id, outcome.issued, void_reason=reason or "Removed")
        await catalogue.put_in_stock(programme_id, copy.reward_id)
        back = None
        if outcome.points_returned:
            back = await return_paid(
                account, copy, by=by, reason=reason, comment=f"{copy.reward_name} removed"
            )
        returned = back.points if back else 0
        sentence = f"{copy.reward_name} of {account.customer_name} has been removed"
        if back:
            sentence += f" and {account.programme.amount(returned)} returned"
        action = await audit.record(
            programme_id,
            "reward.removed",
            ("issued_reward", copy.id),
            sentence,
            by=by,
            customer_id=account.customer_id,
            before={"status": copy.life.status},
            after={"status": outcome.issued.status, "points_returned": returned, **asked.stored},
            reason=reason,
            undo={
                "noun": "rewards",
                "verb": "reward.removed",
                "issued": copy.id,
                "entries": [back.id] if back else [],
            },
        )
        return Removed(returned, sentence, action)


@retried
async def return_as_goodwill(programme_id: int, uid: str, *, by: Actor, reason: str, key: str) -> Removed:
    """Give the points of a used copy back, once; the copy stays used.

    Raises Invalid when no points were paid, AlreadyDone when they were returned before, NotFound, KeyReused.
    """
    asked = repeats.mark(key, reason)
    async with atomic():
        account, copy = await _owned(programme_id, uid)
        done = await repeats.earlier(programme_id, "reward.goodwill", ("issued_reward", copy.id), asked)
        if done is not None:
            return Removed(done.after["points_returned"], done.action.sentence, done.action)
        if copy.entry_id is None:
            raise Invalid("No points were paid for this reward.")
        back = await return_paid(
            account, copy, by=by, reason=reason, comment=f"{copy.reward_name}: points returned"
        )
        sentence = f"{account.programme.amount(back.points)} returned to {account.customer_name} as goodwill"
        action = await audit.record(
            programme_id,
            "reward.goodwill",
            ("issued_reward", copy.id),
            sentence,
            by=by,
            customer_id=account.customer_id,
            after={"points_returned": back.points, **asked.stored},
            reason=reason,
            undo={"entries": [back.id]},
        )
        return Removed(back.points, sentence, action)


async def return_paid(account: Account, copy: IssuedReward, *, by: Actor, reason: str, comment: str) -> Entry:
    """Give back what the copy was paid with, to the lots it came from. Raises AlreadyDone."""
    assert copy.entry_id is not None
    entry_id = await _standing(account, copy.entry_id)
    return await undoing.reverse(
        account, entry_id, kind=EntryKind.REDEEM_REVERSAL, by=by, reason=reason, comment=comment
    )


async def _standing(account: Account, entry_id: int) -> int:
    """The debit in force: a return that was undone left a newer debit behind it."""
    while (back := await one(_REVERSAL, account.programme.id, entry_id)) is not None:
        again = await one(_REVERSAL, account.programme.id, back["id"])
        if again is None:
            raise AlreadyDone("The points have already been returned.")
        entry_id = again["id"]
    return entry_id


async def _owned(programme_id: int, uid: str) -> tuple[Account, IssuedReward]:
    """The account first, then the copy: the order in which everybody locks them."""
    copy_id, customer_id = await issued.owner(programme_id, uid)
    if customer_id is None:
        raise NotFound("This code belongs to an invitation; cancel the referral instead.")
    account = await locked(programme_id, customer_id)
    return account, await issued.lock(programme_id, id_=copy_id)
