"""Mara's catalogue, where something is cheaper now and then, and the key her counter's till calls with."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from db.enums import ApiScope
from loyalty.api_keys import managing
from loyalty.demo.almanac import Almanac
from loyalty.demo.stage import Scene, Stage
from loyalty.rewards import arranging, cutting
from loyalty.rewards.cutting import CutDraft

TILL = (ApiScope.CODES_READ, ApiScope.CODES_USE, ApiScope.CUSTOMERS_READ, ApiScope.ORDERS_WRITE)
HOT_DRINK = "Any hot drink"


def scenes(almanac: Almanac) -> Iterator[Scene]:
    yield Scene(
        almanac.at(150, 17), partial(_cut, "10% off your order", almanac.day(144), percent=25, tier="Silver")
    )
    yield Scene(almanac.at(61, 17), partial(_cut, "$20 off your order", almanac.day(55), new_points=1_500))
    yield Scene(almanac.at(400, 9), _connect_till)
    yield Scene(almanac.at(3, 17), partial(_cut, HOT_DRINK, almanac.day(-4), percent=30))
    for turn in range(2):
        yield Scene(almanac.at(2, 17, 10 + turn), partial(_up, HOT_DRINK))


async def _cut(
    reward: str,
    until: date,
    stage: Stage,
    *,
    percent: int | None = None,
    new_points: int | None = None,
    tier: str = "",
) -> None:
    draft = CutDraft(
        until=until, percent=percent, new_points=new_points, tier_uid=stage.tiers[tier] if tier else ""
    )
    uid = stage.rewards[reward].uid
    await cutting.cut(stage.programme_id, uid, draft, by=stage.mara, key=f"cut-{reward}")


async def _connect_till(stage: Stage) -> None:
    """The key of the counter's own till. It was shown that day; nobody can read it now."""
    await managing.make(stage.programme_id, "Mill Lane till", TILL, by=stage.mara, key="mill-lane-till")


async def _up(reward: str, stage: Stage) -> None:
    await arranging.move(stage.programme_id, stage.rewards[reward].uid, "up", by=stage.mara)
