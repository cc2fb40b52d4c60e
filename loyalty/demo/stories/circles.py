"""Segments that Mara made: of an answer, of conditions, and a list from the counter's notebook."""

from collections.abc import Iterator

from db.engine import rows
from loyalty.demo.almanac import Almanac
from loyalty.demo.stage import Scene, Stage
from loyalty.segments import building, declaring, lists

COFFEE = "favourites:premium_coffee"
QUIET = {
    "all": [
        {"fact": "preference", "is": COFFEE},
        {"none": [{"fact": "orders_category", "at_least": 1, "of": "Coffee", "days": 60}]},
    ]
}
_NOTEBOOK = 24


def scenes(almanac: Almanac) -> Iterator[Scene]:
    yield Scene(almanac.at(75, 9, 10), _likes_coffee)
    yield Scene(almanac.at(74, 9, 20), _quiet_cups)
    yield Scene(almanac.at(50, 17, 40), _tasting)


async def _likes_coffee(stage: Stage) -> None:
    await declaring.make(stage.programme_id, "Coffee people", f"told:{COFFEE}", by=stage.mara, key="coffee")


async def _quiet_cups(stage: Stage) -> None:
    await building.make(stage.programme_id, "Coffee people gone quiet", QUIET, by=stage.mara, key="quiet")


async def _tasting(stage: Stage) -> None:
    """Who put their name down at the counter, as a sheet has them; one of them nobody here knows."""
    latest = """SELECT first_name, email FROM customers WHERE programme_id = {} AND type = 'member'
        AND email IS NOT NULL ORDER BY last_activity_at DESC, id DESC LIMIT {}"""
    told = [
        f"{row['first_name']},{row['email']}" for row in await rows(latest, stage.programme_id, _NOTEBOOK)
    ]
    sheet = "\n".join(["Name,E-mail", *told, "Kit,kit.somebody@example.com"])
    await lists.make(stage.programme_id, "Tasting evening", sheet, by=stage.mara, key="tasting")
