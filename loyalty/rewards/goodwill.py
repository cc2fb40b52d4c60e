"""Points for a reward that was used up already, as goodwill (PRODUCT E2)."""

from db.engine import atomic, retried, value
from db.enums import EntryKind
from loyalty import audit, repeats
from loyalty.errors import AlreadyDone, Invalid
from loyalty.ledger import lifetimes
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Posting
from loyalty.ledger.posting import credit
from loyalty.rewards.issued import IssuedReward
from loyalty.rewards.removing import Removed, owned
from loyalty.rules.actors import Actor

_STANDING = """SELECT EXISTS (SELECT 1 FROM ledger_entries e WHERE e.programme_id = {} AND e.customer_id = {}
      AND e.issued_reward_id = {} AND e.kind = 'adjust' AND NOT EXISTS (
        SELECT 1 FROM ledger_entries r WHERE r.programme_id = e.programme_id AND r.reverses_id = e.id))"""


@retried
async def return_as_goodwill(programme_id: int, uid: str, *, by: Actor, reason: str, key: str) -> Removed:
    """Give a customer the points that a copy cost, once; the copy stays as it is.

    They are new points, with the programme's lifetime, because the reward was had. Raises Invalid when no
    points were paid, AlreadyDone when they were returned before, NotFound, KeyReused.
    """
    asked = repeats.mark(key, reason)
    async with atomic():
        account, copy = await owned(programme_id, uid)
        done = await repeats.earlier(programme_id, "reward.goodwill", ("issued_reward", copy.id), asked)
        if done is not None:
            return Removed(done.after["points_returned"], done.action.sentence, done.action)
        await _refuse(account, copy)
        entry = await credit(
            account,
            Posting(
                kind=EntryKind.ADJUST,
                points=copy.life.points_paid,
                key=f"goodwill:{copy.uid}:{key}",
                by=by,
                available_at=account.now,
                expires_at=lifetimes.expiry(account, account.now),
                issued_reward_id=copy.id,
                reason=reason,
                comment=f"{copy.reward_name}: points returned",
                body=(copy.id,),
            ),
        )
        sentence = f"{account.programme.amount(entry.points)} returned to {account.customer_name} as goodwill"
        action = await audit.record(
            programme_id,
            "reward.goodwill",
            ("issued_reward", copy.id),
            sentence,
            by=by,
            customer_id=account.customer_id,
            after={"points_returned": entry.points, **asked.stored},
            reason=reason,
            undo={"entries": [entry.id]},
        )
        return Removed(entry.points, sentence, action)


async def _refuse(account: Account, copy: IssuedReward) -> None:
    if copy.entry_id is None:
        raise Invalid("No points were paid for this reward.")
    if copy.life.voided_at is not None or await value(_STANDING, *account.key, copy.id):
        raise AlreadyDone("The points have already been returned.")
