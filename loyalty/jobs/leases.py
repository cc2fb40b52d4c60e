"""Who runs which job: claiming, renewing, ending, and taking back what a dead worker held.

A lease is worker, attempt and time. The attempt is the fence: a worker that was away for longer than
its lease can no longer end a job that somebody else has claimed since.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.engine import is_sqlite, loads, rows, run
from db.enums import JobState
from loyalty import clock
from loyalty.jobs.backoff import pause

LEASE = timedelta(seconds=60)
LONGEST_ERROR = 2000
STOPPED = "The worker stopped before it was finished."

URGENT = 4
"""Urgent jobs that are claimed at a time, beyond what there is room for."""

# Those who claim at once pass over each other's rows; SQLite has one writer and needs no such words.
_DUE = """SELECT programme_id, id FROM jobs WHERE state = 'ready' AND run_at <= {} AND urgent = @urgent
    ORDER BY run_at, id LIMIT {} @skip"""
_CLAIM = (
    f"WITH first AS ({_DUE.replace('@urgent', 'true')}), others AS ({_DUE.replace('@urgent', 'false')}),"
    """ due AS (SELECT programme_id, id FROM first UNION ALL SELECT programme_id, id FROM others)
UPDATE jobs SET state = 'leased', attempts = jobs.attempts + 1, lease_until = {}, worker = {} FROM due
WHERE jobs.programme_id = due.programme_id AND jobs.id = due.id AND jobs.state = 'ready'
RETURNING jobs.programme_id, jobs.id, jobs.name, jobs.args, jobs.urgent, jobs.attempts, jobs.max_attempts"""
)

_HELD = "programme_id = {} AND id = {} AND state = 'leased' AND worker = {} AND attempts = {}"


@dataclass(frozen=True, slots=True)
class Lease:
    """A job this worker runs now."""

    programme_id: int
    id: int
    name: str
    args: dict[str, Any]
    urgent: bool
    attempt: int
    max_attempts: int
    worker: str

    @property
    def key(self) -> tuple[int, int]:
        return self.programme_id, self.id


async def waiting(*, urgent: bool = False) -> bool:
    """Whether anything is due, or anything `urgent`. Asked first: on SQLite an empty claim takes the write lock."""
    only = " AND urgent = true" if urgent else ""
    sql = f"SELECT programme_id FROM jobs WHERE state = 'ready' AND run_at <= {{}}{only} LIMIT 1"
    return bool(await rows(sql, clock.now()))


async def claim(worker: str, most: int) -> list[Lease]:
    """Take up to `most` due jobs, oldest first, and what is urgent before them. They are this worker's while the
    lease lasts.
    """
    now = clock.now()
    sql = _CLAIM.replace("@skip", "" if is_sqlite() else "FOR UPDATE SKIP LOCKED")
    taken = await run(sql, now, URGENT, now, most, now + LEASE, worker)
    leases = [
        Lease(
            programme_id=row["programme_id"],
            id=row["id"],
            name=row["name"],
            args=loads(row["args"]),
            urgent=row["urgent"],
            attempt=row["attempts"],
            max_attempts=row["max_attempts"],
            worker=worker,
        )
        for row in taken
    ]
    return sorted(leases, key=lambda lease: (not lease.urgent, lease.id))


async def renew(leases: Sequence[Lease]) -> set[tuple[int, int]]:
    """Hold on to jobs that take long. Returns the keys of those still ours."""
    until, kept = clock.now() + LEASE, set()
    for lease in leases:
        held = await run(
            f"UPDATE jobs SET lease_until = {{}} WHERE {_HELD} RETURNING id", until, *_holder(lease)
        )
        if held:
            kept.add(lease.key)
    return kept


async def succeed(lease: Lease) -> bool:
    """Note a job as done. False when it was no longer ours."""
    held = await run(
        f"UPDATE jobs SET state = 'done', done_at = {{}}, lease_until = NULL, last_error = '' WHERE {_HELD}"
        " RETURNING id",
        clock.now(),
        *_holder(lease),
    )
    return bool(held)


async def fail(lease: Lease, error: str) -> JobState | None:
    """Let a job be tried again later, or die after its last attempt. None when it was no longer ours."""
    state = JobState.DEAD if lease.attempt >= lease.max_attempts else JobState.READY
    held = await run(
        f"UPDATE jobs SET state = {{}}, run_at = {{}}, last_error = {{}}, lease_until = NULL WHERE {_HELD}"
        " RETURNING id",
        state,
        clock.now() + pause(lease.attempt),
        error[:LONGEST_ERROR],
        *_holder(lease),
    )
    return state if held else None


async def give_back(lease: Lease) -> None:
    """Return a job that was stopped with its worker; the attempt doesn't count."""
    await run(
        "UPDATE jobs SET state = 'ready', attempts = attempts - 1, lease_until = NULL WHERE " + _HELD,
        *_holder(lease),
    )


async def reap() -> list[Lease]:
    """Free the jobs of workers that died. Returns those that had no attempt left and are dead now."""
    now: datetime = clock.now()
    sql = "SELECT programme_id FROM jobs WHERE state = 'leased' AND lease_until < {} LIMIT 1"
    if not await rows(sql, now):
        return []
    freed = await run(
        "UPDATE jobs SET state = CASE WHEN attempts >= max_attempts THEN 'dead' ELSE 'ready' END, run_at = {},"
        " last_error = {}, lease_until = NULL WHERE programme_id > 0 AND state = 'leased' AND lease_until < {}"
        " RETURNING programme_id, id, name, args, urgent, attempts, max_attempts, worker, state",
        now,
        STOPPED,
        now,
    )
    return [
        Lease(
            programme_id=row["programme_id"],
            id=row["id"],
            name=row["name"],
            args=loads(row["args"]),
            urgent=row["urgent"],
            attempt=row["attempts"],
            max_attempts=row["max_attempts"],
            worker=row["worker"],
        )
        for row in freed
        if row["state"] == JobState.DEAD
    ]


def _holder(lease: Lease) -> tuple[int, int, str, int]:
    return lease.programme_id, lease.id, lease.worker, lease.attempt
