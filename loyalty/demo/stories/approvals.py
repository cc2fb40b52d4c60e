"""What Theo may not do alone: he asks, and Mara decides. One request still waits."""

from collections.abc import Iterator
from functools import partial

from loyalty import staff
from loyalty.approvals import asking, deciding
from loyalty.demo import cast
from loyalty.demo.almanac import Almanac
from loyalty.demo.people import Person
from loyalty.demo.stage import Scene, Stage

LIMIT, A_DAY = 2_000, 5_000


def scenes(almanac: Almanac) -> Iterator[Scene]:
    ines, noor, rex = cast.ines(almanac), cast.noor(almanac), cast.rex(almanac)
    yield Scene(almanac.at(60, 9, 0), _limit)
    yield _asks(almanac, 41, ines, 2_500, "Hosted our tasting evening for twelve", "ines-tasting")
    yield Scene(almanac.at(41, 18, 20), partial(_approve, "ines-tasting"))
    yield _asks(almanac, 27, rex, 4_000, "Says the app lost his old card", "rex-card")
    yield Scene(almanac.at(26, 9, 40), partial(_decline, "rex-card", "We have no trace of an old card"))
    yield _asks(almanac, 1, noor, 2_400, "Birthday cake came with the wrong name", "noor-cake")


def _asks(almanac: Almanac, days_ago: int, person: Person, points: int, reason: str, mark: str) -> Scene:
    return Scene(almanac.at(days_ago, 15, 30), partial(_ask, person, points, reason, mark))


async def _limit(stage: Stage) -> None:
    theo = next(person for person in await staff.listing(stage.programme_id) if person.id == stage.theo.id)
    await staff.set_limits(
        stage.programme_id,
        theo.uid,
        limit=LIMIT,
        per_day=A_DAY,
        version=theo.version,
        by=stage.mara,
        as_owner=True,
    )


async def _ask(person: Person, points: int, reason: str, mark: str, stage: Stage) -> None:
    asked = await asking.ask(
        stage.programme_id,
        await stage.customer(person.email),
        points,
        by=stage.theo,
        reason=reason,
        key=mark,
        comment="Thank you for your patience",
    )
    stage.marks[mark] = asked.uid


async def _approve(mark: str, stage: Stage) -> None:
    await deciding.approve(stage.programme_id, stage.marks[mark], by=stage.mara)


async def _decline(mark: str, reason: str, stage: Stage) -> None:
    await deciding.decline(stage.programme_id, stage.marks[mark], by=stage.mara, reason=reason)
