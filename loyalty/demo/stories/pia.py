"""Pia: came for a year, resold her rewards, and was excluded. Her balance is frozen, her orders don't earn."""

from collections.abc import Iterator

from loyalty.customers import moving
from loyalty.demo import cast
from loyalty.demo.almanac import Almanac
from loyalty.demo.stage import Scene, Stage
from loyalty.demo.stories.acts import SUNDAY_BREAKFAST, buys, claims, joins, redeems


def scenes(almanac: Almanac) -> Iterator[Scene]:
    pia = cast.pia(almanac)
    yield joins(pia, almanac.at(400, 17, 0))
    for days_ago in range(399, 40, -30):
        yield buys(pia, almanac.at(days_ago, 18, 25), f"pia-{days_ago}", SUNDAY_BREAKFAST)
    yield redeems(pia, almanac.at(60, 9, 0), "Croissant of the week", "pia-croissant")
    yield claims(pia, "pia.resale@example.net", "Pia L.", almanac.at(44, 23, 0), "pia-resale")
    yield Scene(almanac.at(40, 16, 30), _excluded)
    yield buys(pia, almanac.at(20, 18, 25), "pia-after", SUNDAY_BREAKFAST)


async def _excluded(stage: Stage) -> None:
    customer_id = await stage.customer("pia.lind@example.com")
    await moving.exclude(
        stage.programme_id, customer_id, by=stage.mara, reason="Sells reward codes online", void_rewards=True
    )
