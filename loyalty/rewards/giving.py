"""A free copy by hand: goodwill, or a replacement (PRODUCT E1, E2)."""

from dataclasses import dataclass

from db.engine import atomic, retried
from db.enums import IssuedSource
from loyalty import audit
from loyalty.audit import Action
from loyalty.errors import KeyReused
from loyalty.ledger.locking import locked
from loyalty.rewards import catalogue, issuing
from loyalty.rewards.issued import IssuedReward
from loyalty.rules.actors import Actor


@dataclass(frozen=True, slots=True)
class Given:
    """The copy, what to say, and the audited action; None for a repeat of the key."""

    copy: IssuedReward
    sentence: str
    action: Action | None


@retried
async def give(
    programme_id: int, customer_id: int, reward_id: int, *, by: Actor, reason: str, key: str
) -> Given:
    """Give a member a reward without taking points. Raises NotAMember, NotFound, KeyReused."""
    async with atomic():
        account = await locked(programme_id, customer_id)
        account.require_member()
        reward = await catalogue.get(programme_id, reward_id)
        repeated = await issuing.by_key(programme_id, f"goodwill:{key}")
        copy = await issuing.issue(account, reward, IssuedSource.GOODWILL, key=f"goodwill:{key}")
        if (copy.customer_id, copy.reward_id) != (customer_id, reward_id):
            raise KeyReused("This form was already used for something else. Reload the page and try again.")
        sentence = f"{account.customer_name} has been given {reward.about.name}"
        if repeated is not None:
            return Given(copy, sentence, None)
        action = await audit.record(
            programme_id,
            "reward.given",
            ("issued_reward", copy.id),
            sentence,
            by=by,
            customer_id=customer_id,
            after={"reward": reward.about.name, "issued": copy.uid},
            reason=reason,
            undo={"noun": "rewards", "verb": "reward.given", "issued": copy.id},
        )
        return Given(copy, sentence, action)
