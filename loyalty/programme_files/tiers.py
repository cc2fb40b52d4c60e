"""Tiers and their policy of a programme file; a tier that is missing from it is archived."""

import json
from collections.abc import Mapping
from typing import Any

from db.engine import one, run
from db.ids import new_uid
from loyalty import clock
from loyalty.programme_files.names import Names
from loyalty.programme_files.parts import TierPart, TierPolicyPart
from loyalty.tiers.schemes import Scheme, TierRecord, scheme

_COLUMNS = (
    "name",
    "rank",
    "threshold",
    "keep_threshold",
    "multiplier_percent",
    "metal",
    "perks",
    "entry_points",
)
_WRITTEN = (*_COLUMNS, "entry_rewards")
_OUT_OF_THE_WAY = 100_000


def parts(found: Scheme, names: Names) -> list[TierPart]:
    """The tiers as a file says them."""
    return [_part(record, names) for record in found.tiers]


async def policy(programme_id: int) -> TierPolicyPart | None:
    row = await one(
        'SELECT metric, period AS "window", rolling_days, grace_days, downgrade FROM tier_policies'
        " WHERE programme_id = {}",
        programme_id,
    )
    return TierPolicyPart.model_validate(row) if row else None


async def bring(programme_id: int, wanted: list[TierPart], names: Names) -> list[str]:
    """Add, change and archive. Returns what changed."""
    found = await scheme(programme_id)
    there = {record.level.name: record for record in found.tiers}
    changes = [f"tier “{name}”: archived" for name in there.keys() - {tier.name for tier in wanted}]
    for name in there.keys() - {tier.name for tier in wanted}:
        await run(
            "UPDATE tiers SET archived_at = {} WHERE programme_id = {} AND id = {}",
            clock.now(),
            programme_id,
            there.pop(name).level.id,
        )
    await _make_room(programme_id, wanted, there)
    for rank, tier in enumerate(wanted, start=1):
        record = there.get(tier.name)
        values = _values(tier, rank, names)
        if record is None:
            await _insert(programme_id, names.tiers[tier.name], values)
            changes.append(f"tier “{tier.name}”: added")
        elif (_part(record, names), record.level.rank) != (tier, rank):
            await _update(programme_id, record.level.id, values)
            changes.append(f"tier “{tier.name}”: changed")
    return changes


async def bring_policy(programme_id: int, wanted: TierPolicyPart | None) -> list[str]:
    """Write the policy, or take it away: then tiers are only given by hand."""
    if wanted == await policy(programme_id):
        return []
    await run("DELETE FROM tier_policies WHERE programme_id = {}", programme_id)
    if wanted is not None:
        await run(
            "INSERT INTO tier_policies (programme_id, metric, period, rolling_days, grace_days, downgrade)"
            " VALUES ({}, {}, {}, {}, {}, {})",
            programme_id,
            wanted.metric,
            wanted.window,
            wanted.rolling_days,
            wanted.grace_days,
            wanted.downgrade,
        )
    return ["tier_policy: changed"]


async def _make_room(programme_id: int, wanted: list[TierPart], there: Mapping[str, TierRecord]) -> None:
    """Two tiers may swap ranks, and a rank is never held twice: lift those that move first."""
    for rank, tier in enumerate(wanted, start=1):
        if tier.name in there and there[tier.name].level.rank != rank:
            await run(
                "UPDATE tiers SET rank = rank + {} WHERE programme_id = {} AND id = {}",
                _OUT_OF_THE_WAY,
                programme_id,
                there[tier.name].level.id,
            )


async def _insert(programme_id: int, tier_id: int, values: list[Any]) -> None:
    await run(
        f"INSERT INTO tiers (programme_id, id, uid, {', '.join(_WRITTEN)})"
        f" VALUES ({', '.join(['{}'] * (3 + len(_WRITTEN)))})",
        programme_id,
        tier_id,
        new_uid(),
        *values,
    )


async def _update(programme_id: int, tier_id: int, values: list[Any]) -> None:
    pairs = ", ".join(f"{name} = {{}}" for name in _WRITTEN)
    await run(
        f"UPDATE tiers SET {pairs} WHERE programme_id = {{}} AND id = {{}}", *values, programme_id, tier_id
    )


def _values(tier: TierPart, rank: int, names: Names) -> list[Any]:
    plain = {**tier.model_dump(), "rank": rank, "perks": json.dumps(tier.perks)}
    rewards = json.dumps([names.rewards[name][1] for name in tier.entry_rewards])
    return [*(plain[name] for name in _COLUMNS), rewards]


def _part(record: TierRecord, names: Names) -> TierPart:
    by_uid = {uid: name for name, (_, uid) in names.rewards.items()}
    level = record.level
    return TierPart.model_validate(
        {
            "name": level.name,
            "threshold": level.threshold,
            "keep_threshold": level.keep_threshold,
            "multiplier_percent": level.multiplier_percent,
            "metal": record.metal,
            "perks": list(record.perks),
            "entry_points": level.entry_points,
            "entry_rewards": [by_uid[uid] for uid in record.entry_rewards if uid in by_uid],
        }
    )
