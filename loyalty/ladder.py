"""The ladder as the programme's page draws it: every tier with the people in it (PRODUCT F1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from db.engine import rows, snapshot
from loyalty.customers.tallies import CAP, tally
from loyalty.customers.views import Tally
from loyalty.drafts import fingerprint
from loyalty.rules.tiers import TierPolicy
from loyalty.tiers.saving import plain
from loyalty.tiers.schemes import Scheme, TierRecord, scheme

_MEMBERS = f"""SELECT {{step}} AS step, count(*) AS members FROM (SELECT 1 FROM customer_tiers s
    JOIN customers c ON c.programme_id = s.programme_id AND c.id = s.customer_id
    WHERE s.programme_id = {{}} AND s.tier_id = {{}} AND c.type = 'member' LIMIT {CAP + 1}) capped"""
LOOKED_AT = 2_000
"""Members without a tier are looked for among so many, the latest active: whoever has just joined is one of them."""

_LATEST = """SELECT c.id FROM customers c WHERE c.programme_id = {} AND c.type = 'member'
    ORDER BY c.last_activity_at DESC, c.id DESC"""
# One look by the key for each: PostgreSQL would rather read everybody's tier for an anti-join.
_NONE = f"""SELECT 0 AS step, count(*) AS members FROM (SELECT 1 FROM ({_LATEST} LIMIT {{looked_at}}) c
    WHERE (SELECT s.tier_id FROM customer_tiers s WHERE s.programme_id = {{}} AND s.customer_id = c.id) IS NULL
    LIMIT {CAP + 1}) capped
    UNION ALL SELECT -1, count(*) FROM ({_LATEST} LIMIT 1 OFFSET {{looked_at}}) more"""


@dataclass(frozen=True, slots=True)
class Rung:
    """One tier, `step` from below. `members` are counted up to 1,000; `rewards` are names."""

    step: int
    tier: TierRecord
    members: Tally
    rewards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """Lowest first. `seen` is the fingerprint that an edit of it carries."""

    policy: TierPolicy | None
    rungs: tuple[Rung, ...]
    without: Tally
    seen: str


async def ladder(programme_id: int) -> Ladder:
    """Everything the page shows, in three queries."""
    async with snapshot():
        now = await scheme(programme_id)
        names = await rewards(programme_id)
        counted = await _counted(programme_id, now)
    rungs = tuple(
        Rung(step, tier, counted[step], tuple(names[uid] for uid in tier.entry_rewards if uid in names))
        for step, tier in enumerate(now.tiers, start=1)
    )
    return Ladder(now.policy, rungs, counted[0], fingerprint(plain(now)))


async def rewards(programme_id: int) -> Mapping[str, str]:
    """Names of the catalogue's rewards by uid, for choosing what entering a tier gives."""
    found = await rows(
        "SELECT uid, name FROM rewards WHERE programme_id = {} AND status <> 'archived' ORDER BY name",
        programme_id,
    )
    return {row["uid"]: row["name"] for row in found}


async def _counted(programme_id: int, now: Scheme) -> dict[int, Tally]:
    parts = [_MEMBERS.replace("{step}", str(step)) for step, _ in enumerate(now.tiers, start=1)]
    args = [value for tier in now.tiers for value in (programme_id, tier.level.id)]
    none = _NONE.replace("{looked_at}", str(LOOKED_AT))
    found = await rows(" UNION ALL ".join([none, *parts]), *(programme_id,) * 3, *args)
    counted = {row["step"]: tally(row["members"]) for row in found}
    without, more = counted[0], counted.pop(-1).value > 0
    return counted | {0: Tally(without.value, without.at_least or more)}
