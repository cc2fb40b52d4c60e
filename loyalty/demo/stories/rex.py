"""Rex: four orders, one friend too many."""

from collections.abc import Iterator

from loyalty.demo import cast
from loyalty.demo.almanac import Almanac
from loyalty.demo.stage import Scene
from loyalty.demo.stories.acts import MORNING_COFFEE, SUNDAY_BREAKFAST, buys, cancels, claims, joins


def scenes(almanac: Almanac) -> Iterator[Scene]:
    rex, milo = cast.rex(almanac), cast.milo(almanac)
    yield joins(rex, almanac.at(95, 8, 0))
    for days_ago in (95, 61, 30, 10):
        web = days_ago in (95, 30)
        basket = SUNDAY_BREAKFAST if web else MORNING_COFFEE
        yield buys(rex, almanac.at(days_ago, 9, 15), f"rex-{days_ago}", basket, delivered=web)
    yield claims(rex, milo.email, milo.name, almanac.at(21, 19, 0), "rex-milo")
    yield joins(milo, almanac.at(19, 19, 0))
    yield buys(milo, almanac.at(19, 19, 30), "milo-1", SUNDAY_BREAKFAST, with_code="rex-milo")
    yield cancels(almanac.at(16, 10, 0), "rex-milo", "Same address, same card", take_back_reward=True)
