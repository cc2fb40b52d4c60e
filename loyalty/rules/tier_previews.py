"""Who would stand where if the tiers changed, before anybody moves. PRODUCT F3."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.enums import TierDowngrade
from loyalty.rules.tiers import Tier, TierPolicy, find, qualified, rank


@dataclass(frozen=True, slots=True)
class Member:
    """A member's id, present tier and metric under the policy."""

    id: int
    tier_id: int | None
    metric: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a change of the tiers changes. `kind` says how before and after are written.

    metric: an amount in the policy's metric; points; percent: a multiplier; text. None is nothing.
    """

    subject: str
    label: str
    before: int | str | None
    after: int | str | None
    kind: str = "text"


def destination(policy: TierPolicy, after: Sequence[Tier], tier_id: int | None, metric: int) -> Tier | None:
    """Where somebody ends up under changed tiers, once periods and graces are over.

    Below the new threshold they stay as long as the threshold to keep is met, or where nobody is ever
    lowered. A tier that no longer exists counts as none. Tiers given by hand are left aside.
    """
    present, reached = find(after, tier_id), qualified(after, metric)
    if present is None or rank(reached) > present.rank:
        return reached
    kept = metric >= present.keeps_at or policy.downgrade is TierDowngrade.NEVER
    return present if kept else reached
