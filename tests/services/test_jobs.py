"""Work in the background: once, in time, tried again, given up. DESIGN §7."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from db.engine import atomic, run
from db.enums import ActorKind
from loyalty import clock, queue
from loyalty.errors import AlreadyDone, Busy, NotFound
from loyalty.jobs import backoff, dead, done
from loyalty.jobs.worker import Worker
from loyalty.rules.actors import Actor
from tests import factories
from tests.factories import START
from tests.services.diary import Diary, jobs, kept_by, states

MARA = Actor(ActorKind.STAFF, "Mara", 1)


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


async def test_a_job_that_does_not_exist_fails_and_says_so(programme_id: int) -> None:
    await queue.enqueue(programme_id, "no_such_job", {})
    await Worker().step()
    assert (await jobs())[0]["last_error"] == "KeyError: 'no_such_job'"


async def test_each_job_runs_in_a_task_of_its_own(programme_id: int, diary: Diary) -> None:
    for number in range(3):
        await queue.enqueue(programme_id, "write", {"n": number})
    await Worker().step()
    assert len(diary.tasks) == 3
    assert asyncio.current_task() not in diary.tasks


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
