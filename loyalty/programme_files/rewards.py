"""Rewards of a programme file; one that is missing from it is archived, issued copies stay valid."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from db.engine import run
from db.enums import RewardStatus
from loyalty import clock
from loyalty.programme_files import names as naming
from loyalty.programme_files.names import Names
from loyalty.programme_files.parts import RewardPart
from loyalty.rewards import catalogue
from loyalty.rewards.catalogue import FIELDS, Reward
from loyalty.rewards.drafts import RewardDraft
from loyalty.rules.days import day_end, day_start, local_day

_INSERT = (
    f"INSERT INTO rewards (programme_id, id, uid, created_at, {', '.join(FIELDS)}, position)"
    f" VALUES ({', '.join(['{}'] * (4 + len(FIELDS)))}, {catalogue.LAST})"
)
_DAY = timedelta(days=1)
_NAMED = {"min_tier", "segments", "valid_from", "valid_until"}


def draft(part: RewardPart, names: Names, zone: ZoneInfo) -> RewardDraft:
    """The reward as the catalogue stores it: ids for names, moments for days."""
    plain = {field: getattr(part, field) for field in RewardPart.model_fields if field not in _NAMED}
    return RewardDraft(
        **plain,
        min_tier_id=names.tiers[part.min_tier] if part.min_tier else None,
        segment_ids=tuple(naming.ids(part.segments, names.segments, "segments")),
        valid_from=day_start(part.valid_from, zone) if part.valid_from else None,
        valid_until=day_end(part.valid_until, zone) if part.valid_until else None,
    )


def part(reward: Reward, names: Names, zone: ZoneInfo) -> RewardPart:
    """The reward as a file says it."""
    about = reward.about
    plain = {field: getattr(about, field) for field in RewardPart.model_fields if field not in _NAMED}
    tier = naming.of([about.min_tier_id], names.tiers) if about.min_tier_id else []
    return RewardPart(
        **plain,
        min_tier=tier[0] if tier else None,
        segments=naming.of_segments(about.segment_ids, names.segments),
        valid_from=local_day(about.valid_from, zone) if about.valid_from else None,
        valid_until=local_day(about.valid_until - _DAY / 2, zone) if about.valid_until else None,
    )


async def listed(programme_id: int) -> list[Reward]:
    """What a file can name: everything that isn't archived."""
    found = await catalogue.listed(programme_id)
    return [reward for reward in found if reward.about.status is not RewardStatus.ARCHIVED]


async def bring(programme_id: int, wanted: list[RewardPart], names: Names, zone: ZoneInfo) -> list[str]:
    """Add, change and archive. Returns what changed. What is left in stock is never touched."""
    there = {reward.about.name: reward for reward in await listed(programme_id)}
    changes: list[str] = []
    for asked in wanted:
        reward, new = there.pop(asked.name, None), draft(asked, names, zone)
        if reward is None:
            id_, uid = names.rewards[asked.name]
            await run(_INSERT, programme_id, id_, uid, clock.now(), *new.stored, programme_id)
            changes.append(f"reward “{asked.name}”: added")
            continue
        new = replace(new, stock=reward.about.stock)
        if new != reward.about:
            await catalogue.overwrite(programme_id, reward.id, new)
            changed = [field for field in FIELDS if getattr(new, field) != getattr(reward.about, field)]
            changes.append(f"reward “{asked.name}”: {', '.join(changed)}")
    for name, reward in there.items():
        gone = replace(reward.about, status=RewardStatus.ARCHIVED)
        await catalogue.overwrite(programme_id, reward.id, gone)
        changes.append(f"reward “{name}”: archived")
    return changes
