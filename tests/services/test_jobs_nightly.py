"""The nightly jobs, each run by the worker over a shop with something to do. DESIGN §7."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from db.engine import rows, run
from db.enums import SessionKind
from loyalty import clock, queue, sessions
from loyalty.jobs.schedule import CLOCKWORK, Clockwork
from loyalty.jobs.worker import Worker
from loyalty.staff import tries
from tests import factories
from tests.cast import Cast, assemble
from tests.factories import START

NIGHTLY = sorted(each.job for each in CLOCKWORK)


@pytest.fixture
async def cast(db: object) -> Cast:
    return await assemble()


@pytest.fixture(autouse=True)
def at_start() -> Iterator[None]:
    with clock.at(START):
        yield


async def unfinished() -> list[tuple[str, str]]:
    found = await rows("SELECT name, last_error FROM jobs WHERE programme_id > 0 AND state <> 'done'")
    return [(row["name"], row["last_error"]) for row in found]


async def test_a_whole_night_goes_well(cast: Cast) -> None:
    await factories.give(cast.ines, 100)
    await factories.tier_policy(cast.programme_id)
    await factories.tier(cast.programme_id, "Silver", rank=1, threshold=0)
    await Worker().step()
    with clock.at(START + timedelta(days=1)):
        assert await Clockwork().tick() == 2 * len(NIGHTLY)
        assert await Worker().step() >= 2 * len(NIGHTLY)  # and whoever they concern is looked at
    assert await unfinished() == []


@pytest.mark.parametrize("name", NIGHTLY)
async def test_running_a_nightly_job_twice_is_no_harm(cast: Cast, name: str) -> None:
    for _ in range(2):
        await queue.enqueue(cast.programme_id, name, {})
        await Worker().step()
    assert await unfinished() == []


async def test_the_nightly_check_tells_when_the_books_differ(cast: Cast) -> None:
    await factories.give(cast.ines, 100)
    await run("UPDATE accounts SET balance = 99 WHERE programme_id = 1 AND customer_id = {}", cast.ines.id)
    await queue.enqueue(cast.programme_id, "verify_ledger", {})
    await Worker().step()
    told = await rows("SELECT payload FROM outbox WHERE programme_id = 1 AND topic = 'ledger.differs'")
    assert len(told) == 1


async def test_tidying_up_forgets_old_sessions_tries_and_jobs(cast: Cast) -> None:
    await sessions.start(cast.programme_id, SessionKind.MEMBER, cast.ines.id)
    await tries.begin("nobody@shop.example", "192.0.2.1")
    with clock.at(START + timedelta(days=60)):
        await queue.enqueue(cast.programme_id, "tidy_up", {})
        await Worker().step()
    assert await rows("SELECT id FROM sessions WHERE programme_id = 1") == []
    assert await rows("SELECT id FROM sign_in_attempts WHERE programme_id = 0") == []
