"""The clockwork: in each programme's own night, once for any number of workers. DESIGN §7."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from db.engine import rows, run
from loyalty import clock
from loyalty.jobs import registry
from loyalty.jobs.schedule import CLOCKWORK, Clockwork, Nightly
from tests import factories
from tests.factories import START

NIGHT = Nightly("tidy_up", time(2, 30))
BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")


async def scheduled(job: str = "tidy_up") -> list[tuple[int, str]]:
    found = await rows(
        "SELECT programme_id, dedupe_key FROM jobs WHERE programme_id > 0 AND name = {} ORDER BY id", job
    )
    return [(row["programme_id"], row["dedupe_key"]) for row in found]


def test_every_job_of_the_clockwork_exists() -> None:
    for periodic in CLOCKWORK:
        assert registry.job(periodic.job)


def test_every_job_named_is_a_file() -> None:
    for name in registry.NAMES:
        assert registry.job(name).run


def test_a_night_is_the_programmes_own() -> None:
    now = datetime(2026, 3, 2, 0, 45, tzinfo=UTC)
    assert NIGHT.latest(now, BERLIN) == ("tidy_up:2026-03-01", datetime(2026, 3, 1, 1, 30, tzinfo=UTC))
    assert NIGHT.latest(now, TOKYO) == ("tidy_up:2026-03-02", datetime(2026, 3, 1, 17, 30, tzinfo=UTC))


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
def test_the_days_the_clocks_change_have_one_run(day: datetime) -> None:
    due = {NIGHT.latest(day + timedelta(minutes=10 * step), BERLIN) for step in range(6, 140)}
    assert len([key for key, _ in due if day.date().isoformat() in key]) == 1


async def test_many_workers_schedule_a_night_once(db: object) -> None:
    await factories.programme()
    with clock.at(START + timedelta(days=1)):
        added = await asyncio.gather(*(Clockwork().tick() for _ in range(4)))
        await run("UPDATE jobs SET state = 'done', done_at = {} WHERE programme_id = 1", clock.now())
        assert await Clockwork().tick() == 0
    assert sum(added) == len(CLOCKWORK)
    assert await scheduled() == [(1, "tidy_up:2026-03-03")]


async def test_a_night_that_was_missed_is_made_up_for_once(db: object) -> None:
    await factories.programme()
    clockwork = Clockwork()
    for day in (1, 5):
        with clock.at(START + timedelta(days=day)):
            await clockwork.tick()
            await clockwork.tick()
            await run("UPDATE jobs SET state = 'done', done_at = {} WHERE programme_id = 1", clock.now())
    assert await scheduled() == [(1, "tidy_up:2026-03-03"), (1, "tidy_up:2026-03-07")]


async def test_a_programme_made_today_has_no_night_before(db: object) -> None:
    await factories.programme()
    with clock.at(START):
        assert await Clockwork().tick() == 0


async def test_programmes_in_two_zones_have_their_own_nights(db: object) -> None:
    await factories.programme(1, handle="bloom")
    await factories.programme(2, handle="nook", time_zone="Asia/Tokyo")
    with clock.at(datetime(2026, 3, 4, 20, 0, tzinfo=UTC)):
        await Clockwork().tick()
    assert await scheduled() == [(1, "tidy_up:2026-03-04"), (2, "tidy_up:2026-03-05")]
