"""The catalogue as a merchant reads it: every reward with what became of its copies (PRODUCT E1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import rows, snapshot
from db.enums import IssuedStatus, RewardStatus
from loyalty import clock
from loyalty.audiences.segments import names_in, names_of
from loyalty.customers.tallies import CAP, tally
from loyalty.customers.views import Tally, TierMark
from loyalty.rewards import cuts
from loyalty.rewards.catalogue import COLUMNS, Reward
from loyalty.rules.price_cuts import Cut, CutState

_COUNT = f"""(SELECT count(*) FROM (SELECT 1 FROM issued_rewards i WHERE i.programme_id = {{0}} AND i.reward_id = r.id
      {{condition}} LIMIT {CAP + 1}) capped)"""
_REWARDS = f"""SELECT {COLUMNS}, t.name AS tier_name, t.rank AS tier_rank, {{segment_names}},
      {_COUNT.replace("{condition}", "")} AS issued,
      {_COUNT.replace("{condition}", f"AND i.status = '{IssuedStatus.USED}'")} AS used
    FROM rewards r LEFT JOIN tiers t ON t.programme_id = {{0}} AND t.id = r.min_tier_id
    WHERE r.programme_id = {{0}} ORDER BY r.position, r.points_price, r.id"""


@dataclass(frozen=True, slots=True)
class RewardRow:
    """One line. `now` is the price while `cut` runs, None without one; `cost` what the used copies cost.

    `segments` are names. `waits` and `over`: it is offered, but not yet or no more, by its dates.
    """

    reward: Reward
    tier: TierMark | None
    segments: tuple[str, ...]
    issued: Tally
    used: Tally
    cost: int
    now: int | None
    cut: Cut | None
    waits: bool
    over: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything a programme offers, drafts, and what is archived, each in the catalogue's order."""

    active: tuple[RewardRow, ...]
    drafts: tuple[RewardRow, ...]
    archived: tuple[RewardRow, ...]


async def listing(programme_id: int) -> Catalogue:
    """The whole catalogue in two statements; copies are counted up to a cap."""
    now = clock.now()
    async with snapshot():
        cheaper = await cuts.live(programme_id, now)
        listed = await rows(_REWARDS.replace("{segment_names}", names_of("r")), programme_id)
    found = [_row(row, cheaper, now) for row in listed]

    def having(status: RewardStatus) -> tuple[RewardRow, ...]:
        return tuple(row for row in found if row.reward.about.status is status)

    return Catalogue(having(RewardStatus.ACTIVE), having(RewardStatus.DRAFT), having(RewardStatus.ARCHIVED))


def _row(row: Mapping[str, Any], cheaper: Mapping[int, tuple[Cut, ...]], now: datetime) -> RewardRow:
    reward, used = Reward.from_row(row), tally(row["used"])
    price = reward.about.points_price
    running = [cut for cut in cheaper.get(reward.id, ()) if cut.state(now) is CutState.RUNNING]
    cut = min(running, key=lambda each: each.points(price), default=None)
    return RewardRow(
        reward=reward,
        tier=TierMark(row["tier_name"], row["tier_rank"]) if row["tier_name"] else None,
        segments=names_in(row["segment_names"]),
        issued=tally(row["issued"]),
        used=used,
        cost=used.value * reward.about.unit_cost_minor,
        now=cut.points(price) if cut and cut.points(price) < price else None,
        cut=cut,
        waits=reward.about.valid_from is not None and now < reward.about.valid_from,
        over=reward.about.valid_until is not None and now >= reward.about.valid_until,
    )
