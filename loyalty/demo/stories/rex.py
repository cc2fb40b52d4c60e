"""Rex: four orders in three months, like most."""

from collections.abc import Iterator

from loyalty.demo import cast
from loyalty.demo.almanac import Almanac
from loyalty.demo.stage import Scene
from loyalty.demo.stories.acts import MORNING_COFFEE, SUNDAY_BREAKFAST, buys, joins


def scenes(almanac: Almanac) -> Iterator[Scene]:
    rex = cast.rex(almanac)
    yield joins(rex, almanac.at(95, 8, 0))
    for days_ago in (95, 61, 30, 10):
        web = days_ago in (95, 30)
        basket = SUNDAY_BREAKFAST if web else MORNING_COFFEE
        yield buys(rex, almanac.at(days_ago, 9, 15), f"rex-{days_ago}", basket, delivered=web)
