"""Workers that are killed, away, told to stop, or let down by the database. DESIGN §7."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from db.engine import atomic, run
from loyalty import clock, queue
from loyalty.jobs import leases
from loyalty.jobs.worker import Worker
from tests import factories
from tests.factories import START
from tests.services.diary import Diary, jobs, kept_by, states

LATER = START + leases.LEASE + timedelta(seconds=1)


@pytest.fixture
def diary(monkeypatch: pytest.MonkeyPatch) -> Diary:
    return kept_by(monkeypatch)


@pytest.fixture
async def programme_id(db: object) -> int:
    return await factories.programme()


@pytest.fixture(autouse=True)
def at_start() -> Iterator[None]:
    with clock.at(START), capture_logs():  # drawing tracebacks for nobody takes seconds
        yield


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

    async def waiting(*, urgent: bool) -> bool:
        for error in stumbles:
            raise error
        return await real(urgent=urgent)

    monkeypatch.setattr(leases, "waiting", waiting)
    stop = asyncio.Event()
    task = await working(Worker(), stop)
    await queue.enqueue(programme_id, "write", {"n": 1})
    await written_by(diary)
    stop.set()
    async with asyncio.timeout(5):
        await task
