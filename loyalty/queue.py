"""Putting work for `loyalty.jobs` into the queue, in the transaction that causes it. DESIGN §7."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.engine import insert_many, run
from db.enums import JobState
from db.ids import new_id
from loyalty import clock

_ears: set[asyncio.Event] = set()


async def enqueue(
    programme_id: int,
    name: str,
    args: dict[str, Any],
    *,
    run_at: datetime | None = None,
    dedupe_key: str | None = None,
    max_attempts: int = 8,
    urgent: bool = False,
) -> bool:
    """Have job `name` run with `args` (JSON), at once or at `run_at`, once the transaction commits.

    An `urgent` one goes before all that waits, whenever it is tried. False when a job with this
    `dedupe_key` is waiting or running already; nothing is added then.
    """
    now = clock.now()
    added = await run(
        "INSERT INTO jobs (programme_id, id, name, args, state, run_at, urgent, max_attempts, dedupe_key, created_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (programme_id, dedupe_key)"
        " WHERE dedupe_key IS NOT NULL AND state IN ('ready', 'leased') DO NOTHING RETURNING id",
        programme_id,
        new_id(now),
        name,
        json.dumps(args),
        JobState.READY,
        run_at or now,
        urgent,
        max_attempts,
        dedupe_key,
        now,
    )
    knock()
    return bool(added)


async def release(programme_id: int, dedupe_key: str) -> None:
    """Let more work with this key be queued, although a job with it is running: it has begun to read."""
    await run(
        "UPDATE jobs SET dedupe_key = NULL WHERE programme_id = {} AND dedupe_key = {} AND state = {}",
        programme_id,
        dedupe_key,
        JobState.LEASED,
    )


@dataclass(frozen=True, slots=True)
class New:
    """A job to be put into the queue at `at`, when it is due too; it counts as due for `ahead` by then."""

    programme_id: int
    name: str
    args: dict[str, Any]
    at: datetime
    dedupe_key: str | None = None
    ahead: timedelta = timedelta(0)


async def enqueue_many(new: Sequence[New]) -> None:
    """The same for many jobs at once; those whose work waits already are left out."""
    columns = ("programme_id", "id", "name", "args", "state", "run_at", "dedupe_key", "created_at")
    values = [
        (
            one.programme_id,
            new_id(one.at),
            one.name,
            json.dumps(one.args),
            JobState.READY.value,
            one.at - one.ahead,
            one.dedupe_key,
            one.at,
        )
        for one in new
    ]
    await insert_many("jobs", columns, values, on_conflict="DO NOTHING")
    knock()


def knock() -> None:
    """Wake this process's workers. They look several times, because the commit is still to come."""
    for ear in _ears:
        ear.set()


@contextmanager
def listening() -> Iterator[asyncio.Event]:
    """An event that is set whenever something is put into the queue in this process."""
    ear = asyncio.Event()
    _ears.add(ear)
    try:
        yield ear
    finally:
        _ears.remove(ear)
