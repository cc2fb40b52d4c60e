"""What Mara gives to the people of some segments alone: a reward, a lower price, more points."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from db.enums import RewardKind
from loyalty.audiences.segments import segment_names
from loyalty.demo.almanac import Almanac
from loyalty.demo.stage import Scene, Stage
from loyalty.earning import editing
from loyalty.rewards import catalogue, cutting
from loyalty.rewards.cutting import CutDraft
from loyalty.rewards.drafts import RewardDraft
from loyalty.rules.earning_rules import RuleDefinition

BAKING = RewardDraft(
    name="A morning in the bakery",
    description="Bake your own loaf with Mara, before the shop opens.",
    kind=RewardKind.EXPERIENCE,
    points_price=3_000,
    unit_cost_minor=1_800,
    per_customer=1,
)
THANKS = RuleDefinition(name="For coming back: 50 more", points=50)


def scenes(almanac: Almanac) -> Iterator[Scene]:
    yield Scene(almanac.at(2, 16, 10), _invite)
    yield Scene(almanac.at(2, 16, 20), partial(_win_back, almanac))
    yield Scene(almanac.at(1, 16, 30), _thank)


async def _invite(stage: Stage) -> None:
    """A reward that the best customers alone can have."""
    draft = replace(BAKING, segment_ids=await _segments(stage, "VIPs", "Champion"))
    await catalogue.create(stage.programme_id, draft, by=stage.mara, key="demo-baking")


async def _win_back(almanac: Almanac, stage: Stage) -> None:
    """A price for good customers who stay away."""
    names = await segment_names(stage.programme_id)
    (segment_id,) = await _segments(stage, "At-Risk Loyals")
    draft = CutDraft(until=almanac.day(-10), percent=40, segment_uids=(names.uids[segment_id],))
    uid = stage.rewards["$20 off your order"].uid
    await cutting.cut(stage.programme_id, uid, draft, by=stage.mara, key="demo-win-back")


async def _thank(stage: Stage) -> None:
    """More points for whoever has just begun to come."""
    definition = replace(THANKS, segments=await _segments(stage, "New Enthusiasts", "Potential loyalists"))
    await editing.create(stage.programme_id, definition, by=stage.mara, key="demo-thanks", draft=False)


async def _segments(stage: Stage, *names: str) -> tuple[int, ...]:
    known = {name: id_ for id_, name in (await segment_names(stage.programme_id)).live.items()}
    return tuple(known[name] for name in names)
