"""Work in the background: once, in time, fenced, tried again, given up. DESIGN §7."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from db.engine import atomic, rows, run
from db.enums import ActorKind
from loyalty import clock
from loyalty.errors import AlreadyDone, Busy, NotFound
from loyalty.jobs import backoff, dead, done, leases, queue, registry
from loyalty.jobs.registry import Job
from loyalty.jobs.worker import Worker
from loyalty.rules.actors import Actor
from tests import factories
from tests.factories import START

MARA = Actor(ActorKind.STAFF, "Mara", 1)
LATER = START + leases.LEASE + timedelta(seconds=1)


class Diary:
    """What the jobs of a test did."""

    def __init__(self) -> None:
        self.ran: list[Any] = []
        self.died: list[tuple[Any, str]] = []
        self.tasks: set[asyncio.Task[Any] | None] = set()
        self.fails_with: Exception | None = None
        self.gate = asyncio.Event()
        self.wrote = asyncio.Event()

    async def write(self, programme_id: int, args: dict[str, Any]) -> None:
        self.tasks.add(asyncio.current_task())
        if self.fails_with:
            raise self.fails_with
        self.ran.append(args["n"])
        self.wrote.set()

    async def linger(self, programme_id: int, args: dict[str, Any]) -> None:
        self.ran.append(args["n"])
        self.wrote.set()
        await self.gate.wait()

    async def bury(self, programme_id: int, args: dict[str, Any], error: str) -> None:
        self.died.append((args["n"], error))


@pytest.fixture
def diary(monkeypatch: pytest.MonkeyPatch) -> Diary:
    written = Diary()
    monkeypatch.setitem(registry._loaded, "write", Job(written.write, died=written.bury))
    monkeypatch.setitem(registry._loaded, "linger", Job(written.linger, died=written.bury))
    return written


@pytest.fixture
async def programme_id(db: object) -> int:
    return await factories.programme()


@pytest.fixture(autouse=True)
def at_start() -> Iterator[None]:
    with clock.at(START):
        yield


async def jobs() -> list[dict[str, Any]]:
    return await rows("SELECT * FROM jobs WHERE programme_id = 1 ORDER BY id")


async def states() -> list[str]:
    return [row["state"] for row in await jobs()]


async def test_a_job_runs_once_it_is_committed(programme_id: int, diary: Diary) -> None:
    async with atomic():
        await queue.enqueue(programme_id, "write", {"n": 1})
    assert await Worker().step() == 1
    assert diary.ran == [1]
    assert await states() == ["done"]
    assert await Worker().step() == 0


async def test_a_job_of_a_transaction_that_failed_never_runs(programme_id: int, diary: Diary) -> None:
    with suppress(ZeroDivisionError):
        async with atomic():
            await queue.enqueue(programme_id, "write", {"n": 1})
            raise ZeroDivisionError
    assert await Worker().step() == 0
    assert diary.ran == []


async def test_a_job_for_later_waits_for_its_moment(programme_id: int, diary: Diary) -> None:
    await queue.enqueue(programme_id, "write", {"n": 1}, run_at=START + timedelta(hours=1))
    assert await Worker().step() == 0
    with clock.at(START + timedelta(hours=1)):
        assert await Worker().step() == 1


async def test_jobs_run_in_the_order_they_came(programme_id: int, diary: Diary) -> None:
    for number in range(30):
        await queue.enqueue(programme_id, "write", {"n": number})
    assert await Worker(at_once=1).step() == 30
    assert diary.ran == list(range(30))


async def test_the_same_work_waits_only_once(programme_id: int, diary: Diary) -> None:
    assert await queue.enqueue(programme_id, "write", {"n": 1}, dedupe_key="same")
    assert not await queue.enqueue(programme_id, "write", {"n": 2}, dedupe_key="same")
    await Worker().step()
    assert await queue.enqueue(programme_id, "write", {"n": 3}, dedupe_key="same")
    await Worker().step()
    assert diary.ran == [1, 3]


async def test_an_unknown_job_is_refused_at_once(programme_id: int) -> None:
    with pytest.raises(KeyError):
        await queue.enqueue(programme_id, "no_such_job", {})


async def test_each_job_runs_in_a_task_of_its_own(programme_id: int, diary: Diary) -> None:
    for number in range(3):
        await queue.enqueue(programme_id, "write", {"n": number})
    await Worker().step()
    assert len(diary.tasks) == 3
    assert asyncio.current_task() not in diary.tasks


async def test_many_workers_never_run_one_job_twice(programme_id: int, diary: Diary) -> None:
    async with atomic():
        for number in range(100):
            await queue.enqueue(programme_id, "write", {"n": number})
    ran = await asyncio.gather(*(Worker(name=f"w{n}", batch=7).step() for n in range(4)))
    assert sum(ran) == 100
    assert sorted(diary.ran) == list(range(100))
    assert {row["attempts"] for row in await jobs()} == {1}


async def test_two_workers_that_claim_at_once_share_what_is_due(programme_id: int, diary: Diary) -> None:
    async with atomic():
        for number in range(20):
            await queue.enqueue(programme_id, "write", {"n": number})
    taken = await asyncio.gather(*(leases.claim(f"w{n}", 10) for n in range(4)))
    keys = [lease.key for claimed in taken for lease in claimed]
    assert len(keys) == len(set(keys)) == 20


async def test_a_failed_job_is_tried_again_after_a_pause(programme_id: int, diary: Diary) -> None:
    diary.fails_with = Busy("The till is closed.")
    await queue.enqueue(programme_id, "write", {"n": 1})
    await Worker().step()
    (job,) = await jobs()
    assert (job["state"], job["attempts"], job["last_error"]) == ("ready", 1, "The till is closed.")
    assert timedelta(seconds=1.6) <= job["run_at"] - START <= timedelta(seconds=2.4)
    diary.fails_with = None
    with clock.at(START + timedelta(seconds=3)):
        await Worker().step()
    assert diary.ran == [1]
    assert (await jobs())[0]["last_error"] == ""


def test_pauses_double_up_to_an_hour_and_differ() -> None:
    steady = [2, 4, 8, 16, 32]
    for attempt, seconds in enumerate(steady, start=1):
        waits = {backoff.pause(attempt).total_seconds() for _ in range(20)}
        assert all(0.8 * seconds <= wait <= 1.2 * seconds for wait in waits)
        assert len(waits) > 1
    assert backoff.pause(500) <= timedelta(hours=1.2)


async def test_a_job_is_dead_after_its_last_attempt_and_says_why(programme_id: int, diary: Diary) -> None:
    diary.fails_with = RuntimeError("boom")
    await queue.enqueue(programme_id, "write", {"n": 1}, max_attempts=3)
    for hour in range(4):
        with clock.at(START + timedelta(hours=hour)):
            await Worker().step()
    (job,) = await jobs()
    assert (job["state"], job["attempts"]) == ("dead", 3)
    assert diary.died == [(1, "RuntimeError: boom")]
    (told,) = await dead.listing(programme_id)
    assert (told.name, told.attempts, told.error) == ("write", 3, "RuntimeError: boom")


async def test_a_dead_job_can_be_tried_again_by_hand(programme_id: int, diary: Diary) -> None:
    diary.fails_with = RuntimeError("boom")
    await queue.enqueue(programme_id, "write", {"n": 1}, dedupe_key="same", max_attempts=3)
    for hour in range(3):
        with clock.at(START + timedelta(hours=hour)):
            await Worker().step()
    (job,) = await jobs()
    await dead.retry(programme_id, job["id"], by=MARA)
    with pytest.raises(AlreadyDone):
        await dead.retry(programme_id, job["id"], by=MARA)
    diary.fails_with = None
    await Worker().step()
    assert diary.ran == [1]
    with pytest.raises(NotFound):
        await dead.retry(programme_id, 12345, by=MARA)


async def test_a_dead_job_stays_dead_while_the_same_work_waits_anew(programme_id: int, diary: Diary) -> None:
    await queue.enqueue(programme_id, "write", {"n": 1}, dedupe_key="same")
    await run("UPDATE jobs SET state = 'dead' WHERE programme_id = {}", programme_id)
    await queue.enqueue(programme_id, "write", {"n": 2}, dedupe_key="same")
    with pytest.raises(AlreadyDone):
        await dead.retry(programme_id, (await dead.listing(programme_id))[0].id, by=MARA)


async def test_a_killed_workers_job_is_taken_up_after_its_lease(programme_id: int, diary: Diary) -> None:
    await queue.enqueue(programme_id, "write", {"n": 1})
    (lost,) = await leases.claim("killed", 1)
    assert await Worker().step() == 0
    with clock.at(LATER):
        assert await Worker().step() == 1
        assert diary.ran == [1]
        assert not await leases.succeed(lost)
        assert await leases.fail(lost, "too late") is None
    (job,) = await jobs()
    assert (job["state"], job["attempts"], job["last_error"]) == ("done", 2, "")


async def test_a_worker_that_was_away_can_not_end_what_another_has_claimed(
    programme_id: int, diary: Diary
) -> None:
    await queue.enqueue(programme_id, "write", {"n": 1})
    (old,) = await leases.claim("same name", 1)
    with clock.at(LATER):
        await leases.reap()
        (new,) = await leases.claim("same name", 1)
        assert not await leases.succeed(old)
        assert await leases.renew([old]) == set()
        assert await leases.renew([new]) == {new.key}
        assert await leases.succeed(new)


async def test_a_job_that_kills_its_workers_dies_too(programme_id: int, diary: Diary) -> None:
    await queue.enqueue(programme_id, "linger", {"n": 1}, max_attempts=2)
    for killed in range(2):
        with clock.at(START + killed * timedelta(hours=1)):
            await leases.reap()
            assert len(await leases.claim("killed", 1)) == 1
    with clock.at(START + timedelta(hours=3)):
        await Worker().step()
    assert await states() == ["dead"]
    assert diary.died == [(1, leases.STOPPED)]


async def test_a_held_lease_is_renewed_and_a_lost_one_stops_its_job(programme_id: int, diary: Diary) -> None:
    worker = Worker()
    await queue.enqueue(programme_id, "linger", {"n": 1})
    await worker._claim()
    with clock.at(LATER - timedelta(seconds=2)):
        await worker._upkeep()
    with clock.at(LATER):
        assert await leases.reap() == []
        assert await states() == ["leased"]
    await run("UPDATE jobs SET worker = 'other' WHERE programme_id = {}", programme_id)
    await worker._upkeep()
    await asyncio.wait(worker._held, timeout=5)
    assert all(task.cancelled() for task in worker._held)


async def working(worker: Worker, stop: asyncio.Event) -> asyncio.Task[None]:
    task = asyncio.create_task(worker.run(stop))
    await asyncio.sleep(0)
    return task


async def written_by(diary: Diary) -> None:
    async with asyncio.timeout(5):
        await diary.wrote.wait()


async def test_a_running_worker_takes_up_new_work_and_stops_when_asked(
    programme_id: int, diary: Diary
) -> None:
    stop = asyncio.Event()
    task = await working(Worker(), stop)
    await queue.enqueue(programme_id, "write", {"n": 1})
    await written_by(diary)
    stop.set()
    async with asyncio.timeout(5):
        await task
    assert "leased" not in await states()


async def test_a_stopping_worker_lets_running_jobs_finish(programme_id: int, diary: Diary) -> None:
    stop = asyncio.Event()
    await queue.enqueue(programme_id, "linger", {"n": 1})
    task = await working(Worker(), stop)
    await written_by(diary)
    stop.set()
    diary.gate.set()
    async with asyncio.timeout(5):
        await task
    assert (await jobs())[0]["state"] == "done"


async def test_a_stopping_worker_gives_back_what_takes_too_long(
    programme_id: int, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loyalty.jobs.worker.GRACE", 0.01)
    stop = asyncio.Event()
    await queue.enqueue(programme_id, "linger", {"n": 1})
    task = await working(Worker(), stop)
    await written_by(diary)
    stop.set()
    async with asyncio.timeout(5):
        await task
    (job,) = await jobs()
    assert (job["state"], job["attempts"]) == ("ready", 0)


async def test_a_worker_survives_a_database_that_stumbles(
    programme_id: int, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loyalty.jobs.worker.LONGEST_NAP", 0.02)
    stumbles = iter([OSError("gone"), OSError("still gone")])
    real = leases.waiting

    async def waiting() -> bool:
        for error in stumbles:
            raise error
        return await real()

    monkeypatch.setattr(leases, "waiting", waiting)
    stop = asyncio.Event()
    task = await working(Worker(), stop)
    await queue.enqueue(programme_id, "write", {"n": 1})
    await written_by(diary)
    stop.set()
    async with asyncio.timeout(5):
        await task


async def test_done_jobs_are_forgotten_after_two_weeks_and_dead_ones_kept(
    programme_id: int, diary: Diary
) -> None:
    await queue.enqueue(programme_id, "write", {"n": 1})
    await Worker().step()
    await queue.enqueue(programme_id, "write", {"n": 2})
    await run("UPDATE jobs SET state = 'dead' WHERE programme_id = {} AND state = 'ready'", programme_id)
    with clock.at(START + timedelta(days=13)):
        assert await done.forget_old(programme_id) == 0
    with clock.at(START + timedelta(days=15)):
        assert await done.forget_old(programme_id) == 1
    assert await states() == ["dead"]
