"""The programme's tiers, and how they are reached and lost (PRODUCT F1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.engine import loads, rows
from db.enums import TierDowngrade, TierMetric, TierWindow
from loyalty.errors import NotFound
from loyalty.once import asked_once
from loyalty.rules.tiers import Tier, TierPolicy

_TIERS = """SELECT t.id, t.uid, t.name, t.rank, t.threshold, t.keep_threshold, t.multiplier_percent, t.metal, t.perks,
      t.entry_points, t.entry_rewards, p.metric, p.period, p.rolling_days, p.grace_days, p.downgrade, p.version
    FROM tiers t LEFT JOIN tier_policies p ON p.programme_id = t.programme_id
    WHERE t.programme_id = {} AND t.archived_at IS NULL ORDER BY t.rank"""


@dataclass(frozen=True, slots=True)
class TierRecord:
    """One tier with what is not a matter of rules: its look, its perks in words, rewards for entering it.

    `entry_rewards` are uids of rewards, issued free.
    """

    uid: str
    level: Tier
    metal: str
    perks: tuple[str, ...]
    entry_rewards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """All tiers by rank. `policy` None: tiers are only given by hand. `version` guards edits, 0 is unsaved."""

    policy: TierPolicy | None
    tiers: tuple[TierRecord, ...]
    version: int

    @property
    def levels(self) -> tuple[Tier, ...]:
        """The tiers as the rules read them."""
        return tuple(tier.level for tier in self.tiers)

    def record(self, tier_id: int) -> TierRecord:
        return next(tier for tier in self.tiers if tier.level.id == tier_id)

    def by_uid(self, uid: str) -> TierRecord:
        """The tier with this public id. Raises NotFound."""
        for tier in self.tiers:
            if tier.uid == uid:
                return tier
        raise NotFound("There is no such tier in this programme.")


@asked_once
async def scheme(programme_id: int) -> Scheme:
    """The tiers in force, read anew by each verb, so that a new one is offered at once (F2)."""
    found = await rows(_TIERS, programme_id)
    if not found:
        return Scheme(None, (), 0)
    policy = _policy(found[0]) if found[0]["metric"] is not None else None
    return Scheme(policy, tuple(_record(row) for row in found), found[0]["version"] or 0)


def _policy(row: Mapping[str, Any]) -> TierPolicy:
    return TierPolicy(
        metric=TierMetric(row["metric"]),
        window=TierWindow(row["period"]),
        rolling_days=row["rolling_days"] or 365,
        grace_days=row["grace_days"],
        downgrade=TierDowngrade(row["downgrade"]),
    )


def _record(row: Mapping[str, Any]) -> TierRecord:
    level = Tier(
        id=row["id"],
        name=row["name"],
        rank=row["rank"],
        threshold=row["threshold"],
        keep_threshold=row["keep_threshold"],
        multiplier_percent=row["multiplier_percent"],
        entry_points=row["entry_points"],
    )
    perks, rewards = tuple(loads(row["perks"])), tuple(loads(row["entry_rewards"]))
    return TierRecord(row["uid"], level, row["metal"], perks, rewards)
