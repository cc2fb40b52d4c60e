"""Playing the history: scene after scene in the order of their moments, all of it in one transaction."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime

from db.engine import atomic, connect, engine, is_sqlite, rows, run, value
from loyalty import clock
from loyalty.demo import reset as resetting
from loyalty.demo.almanac import ZONE, Almanac
from loyalty.demo.opening import opened
from loyalty.demo.people import COUNT, thousand
from loyalty.demo.reset import HANDLE
from loyalty.demo.stage import Scene, Stage
from loyalty.demo.stories import (
    answers,
    approvals,
    bea,
    circles,
    desk,
    dora,
    earning,
    favours,
    greetings,
    ines,
    invitations,
    juno,
    lists,
    mailing,
    nights,
    noor,
    olu,
    parts,
    pia,
    reviews,
    rex,
    shelf,
    shoppers,
    twice,
)

_PEOPLE = (
    ines,
    olu,
    pia,
    rex,
    noor,
    twice,
    lists,
    mailing,
    greetings,
    approvals,
    bea,
    juno,
    dora,
    circles,
)
"""One story each."""

Progress = Callable[[int], None]
"""Told the number of days played so far."""

_LOOK_ROUND_DAYS = 30
"""PostgreSQL's planner learns of uncommitted rows only when told to look, and scans tables it takes for empty."""


@dataclass(frozen=True, slots=True)
class Played:
    """What the demo shop holds now; `orders` None: it was there already, or had no room."""

    orders: int | None
    sentence: str


async def play(
    *,
    reset: bool = False,
    progress: Progress | None = None,
    until: datetime | None = None,
    customers: int = COUNT,
) -> Played:
    """Load the demo shop into an empty database: eighteen months that end at `until` (default: now).

    It is there whole or not at all. A database that holds a programme already is left as it is, unless
    `reset` clears away the demo shop it holds; that raises NotAllowed when it holds anything else.
    """
    if reset:
        await resetting.clear()
    there = await rows("SELECT handle, name FROM programmes ORDER BY programme_id")
    if any(row["handle"] == HANDLE for row in there):
        return Played(None, "The demo shop is there already. To play it again: regulars demo --reset")
    if there:
        return Played(None, f"This database holds {there[0]['name']}, so the demo shop stays out of it.")
    almanac = Almanac.ending(until or clock.now())
    async with _to_ourselves():
        stage = await _played(almanac, script(almanac, customers), progress)
    people = await value("SELECT count(*) FROM customers WHERE programme_id = {}", stage.programme_id)
    return Played(
        len(stage.orders), f"Juniper & Rye is open: {len(stage.orders):,} orders, {people:,} customers."
    )


def script(almanac: Almanac, customers: int) -> list[Scene]:
    """Every scene up to the history's end, in order; those of one moment as the stories tell them."""
    told = (scene for scene in _stories(almanac, customers) if scene.at <= almanac.until)
    return sorted(told, key=lambda scene: scene.at)


def _stories(almanac: Almanac, customers: int) -> Iterator[Scene]:
    people = thousand(almanac, customers)
    yield from nights.scenes(almanac)
    visits = shoppers.planned(people, almanac)
    yield from shoppers.scenes(people, visits)
    yield from invitations.scenes(people, almanac)
    yield from reviews.scenes(visits, almanac)
    yield from desk.scenes(people, almanac)
    yield from shelf.scenes(almanac)
    yield from earning.scenes(almanac)
    yield from favours.scenes(almanac)
    yield from answers.scenes(people, almanac)
    yield from parts.scenes(people, almanac)
    for story in _PEOPLE:
        yield from story.scenes(almanac)


async def _played(almanac: Almanac, scenes: list[Scene], progress: Progress | None) -> Stage:
    today: date | None = None
    async with atomic():
        with clock.at(almanac.at((almanac.today - almanac.opening).days, 0)):
            stage = await opened()
        for scene in scenes:
            with clock.at(scene.at):
                await scene.act(stage)
            day = scene.at.astimezone(ZONE).date()
            if day != today:
                today, played = day, (day - almanac.opening).days
                if progress:
                    progress(played)
                if played % _LOOK_ROUND_DAYS == 0 and not is_sqlite():
                    await run("ANALYZE")
    return stage


@asynccontextmanager
async def _to_ourselves() -> AsyncIterator[None]:
    """On SQLite, run statements in place while it lasts: three times as fast when nobody else is served."""
    if not is_sqlite():
        yield
        return
    url = engine().url
    await connect(url, threaded=False)
    try:
        yield
    finally:
        await connect(url)
