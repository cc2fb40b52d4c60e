"""Taking an unused copy back, with its points or without (PRODUCT E2)."""

from dataclasses import dataclass

from db.engine import atomic, retried, rows
from db.enums import EntryKind, IssuedStatus
from loyalty import audit, repeats
from loyalty.audit import Action
from loyalty.errors import AlreadyDone, NotFound
from loyalty.ledger import chains, undoing
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Entry
from loyalty.ledger.locking import locked
from loyalty.rewards import issued
from loyalty.rewards.issued import IssuedReward
from loyalty.rules.actors import Actor
from loyalty.rules.codes import remove as removal

_UNUSED = """SELECT id FROM issued_rewards WHERE programme_id = {} AND customer_id = {}
    AND status IN ('outstanding', 'reserved') ORDER BY id"""


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
        account, copy = await owned(programme_id, uid)
        done = await repeats.earlier(programme_id, "reward.removed", ("issued_reward", copy.id), asked)
        if done is not None:
            return Removed(done.after["points_returned"], done.action.sentence, done.action)
        outcome = removal(copy.life, account.now, return_points=return_points)
        await issued.save(programme_id, copy.id, outcome.issued, void_reason=reason or "Removed")
        await issued.restock(programme_id, copy)
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
                "returned": [back.id] if back else [],
            },
        )
        return Removed(returned, sentence, action)


async def void_unused(account: Account, *, by: Actor, reason: str) -> list[int]:
    """Void every unused copy of a customer who leaves, in the caller's transaction. PRODUCT A3.

    Nothing is returned, and the action is the caller's. Returns the copies' ids.
    """
    found = await rows(_UNUSED, *account.key)
    for row in found:
        copy = await issued.lock(account.programme.id, id_=row["id"])
        if copy.life.status in (IssuedStatus.OUTSTANDING, IssuedStatus.RESERVED):
            gone = removal(copy.life, account.now, return_points=False)
            await issued.save(account.programme.id, copy.id, gone.issued, void_reason=reason or "Left")
            await issued.restock(account.programme.id, copy)
    return [row["id"] for row in found]


async def return_paid(account: Account, copy: IssuedReward, *, by: Actor, reason: str, comment: str) -> Entry:
    """Give back what the copy was paid with, to the lots it came from. Raises AlreadyDone."""
    assert copy.entry_id is not None
    entry_id = await chains.standing(account.programme.id, copy.entry_id)
    if entry_id is None:
        raise AlreadyDone("The points have already been returned.")
    return await undoing.reverse(
        account, entry_id, kind=EntryKind.REDEEM_REVERSAL, by=by, reason=reason, comment=comment
    )


async def owned(programme_id: int, uid: str) -> tuple[Account, IssuedReward]:
    """The account first, then the copy: the order in which everybody locks them."""
    copy_id, customer_id = await issued.owner(programme_id, uid)
    if customer_id is None:
        raise NotFound("This code belongs to an invitation; cancel the referral instead.")
    account = await locked(programme_id, customer_id)
    return account, await issued.lock(programme_id, id_=copy_id)
