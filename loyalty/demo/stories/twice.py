"""Two people with two records each: Theo has merged one of them, the other still waits to be noticed."""

from collections.abc import Iterator
from functools import partial

from db.engine import value
from loyalty.demo import cast
from loyalty.demo.almanac import Almanac
from loyalty.demo.people import Person
from loyalty.demo.stage import Scene, Stage
from loyalty.demo.stories.acts import SUNDAY_BREAKFAST, buys, joins
from loyalty.merging.merging import merge


def scenes(almanac: Almanac) -> Iterator[Scene]:
    for number, days_ago in enumerate((64, 58)):
        person, again = cast.twice(almanac)[number]
        yield joins(person, almanac.at(days_ago, 12, 5))
        yield buys(person, almanac.at(days_ago - 2, 18, 30), f"twice-{number}-1", SUNDAY_BREAKFAST)
        yield buys(again, almanac.at(days_ago - 30, 9, 15), f"twice-{number}-2", SUNDAY_BREAKFAST)
    yield Scene(almanac.at(15, 11, 40), partial(_merge, *cast.twice(almanac)[0]))


async def _merge(person: Person, again: Person, stage: Stage) -> None:
    uid = "SELECT uid FROM customers WHERE programme_id = {} AND id = {}"
    kept = await value(uid, stage.programme_id, await stage.customer(person.email))
    gone = await value(uid, stage.programme_id, await stage.customer(again.email))
    await merge(
        stage.programme_id,
        kept,
        gone,
        by=stage.theo,
        key="twice",
        reason="Ordered from work without signing in",
    )
