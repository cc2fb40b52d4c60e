"""Nothing that goes wrong at either end of a transaction, or in the middle, keeps a connection."""

import asyncio
import random

import pytest

from db.engine import Database, Mode, Refused, atomic, is_sqlite, rows, run
from tests.engine.conftest import Counters

MORE_THAN_THE_POOL = 12
ENDLESS = {
    True: "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    False: "SELECT pg_sleep(60)",
}


async def add_promptly(counters: Counters) -> None:
    async with asyncio.timeout(5), atomic():
        await counters.add()


async def test_a_failing_begin_gives_the_connection_back(
    db: Database, counters: Counters, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(db, "begin", lambda mode: "BEGIN NONSENSE")
        for _ in range(MORE_THAN_THE_POOL):
            with pytest.raises(Exception, match="syntax error"):
                async with atomic():
                    pass
    await add_promptly(counters)
    assert await counters.read() == 1


async def test_a_failing_commit_gives_the_connection_back(db: Database, counters: Counters) -> None:
    await run("DROP TABLE IF EXISTS scratch_marks")
    await run(
        "CREATE TABLE scratch_marks (counter TEXT REFERENCES counters (name) DEFERRABLE INITIALLY DEFERRED, n BIGINT)"
    )
    try:
        for _ in range(MORE_THAN_THE_POOL):
            with pytest.raises(Refused):
                async with atomic():
                    await counters.add()
                    await run("INSERT INTO scratch_marks (counter) VALUES ('nobody')")
        await add_promptly(counters)
        assert await counters.read() == 1
    finally:
        await run("DROP TABLE scratch_marks")


@pytest.mark.parametrize("mode", [Mode.WRITE, Mode.READ])
async def test_a_cancelled_statement_stops_and_gives_the_connection_back(
    db: Database, counters: Counters, mode: Mode
) -> None:
    started = asyncio.Event()

    async def slow() -> None:
        async with db.transaction(mode):
            if mode is Mode.WRITE:
                await counters.add(points=100)
            started.set()
            await rows(ENDLESS[is_sqlite()])

    for _ in range(MORE_THAN_THE_POOL):
        started.clear()
        task = asyncio.create_task(slow())
        await started.wait()
        await asyncio.sleep(0.005)
        task.cancel()
        async with asyncio.timeout(5):
            await asyncio.wait([task])
        assert task.cancelled()
    await add_promptly(counters)
    assert await counters.read() == 1


async def test_tasks_cancelled_at_any_moment_leave_nothing_behind(db: Database, counters: Counters) -> None:
    chance = random.Random(7)
    done = 0

    async def add() -> None:
        nonlocal done
        async with atomic():
            await counters.add()
            await counters.read()
            async with atomic():
                await counters.add("right")
        done += 1

    for _ in range(15):
        tasks = [asyncio.create_task(add()) for _ in range(20)]
        for task in chance.sample(tasks, 10):
            await asyncio.sleep(chance.uniform(0, 0.004))
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    # A commit may be through although its task was cancelled while waiting for the answer.
    assert done <= await counters.read("left") == await counters.read("right") <= 300
    before = await counters.read()
    async with asyncio.timeout(10):
        await asyncio.gather(*(add_promptly(counters) for _ in range(50)))
    assert await counters.read() == before + 50
