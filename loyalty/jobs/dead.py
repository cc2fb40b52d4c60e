"""Jobs that failed for good, for the admin: what they are, why, and trying again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import atomic, loads, one, retried, rows, run
from db.enums import JobState
from loyalty import audit, clock
from loyalty.errors import AlreadyDone, NotFound
from loyalty.jobs.registry import job
from loyalty.queue import knock
from loyalty.references import reference
from loyalty.rules.actors import Actor


@dataclass(frozen=True, slots=True)
class DeadJob:
    """`ref` names it in addresses. `error` is the last failure's sentence; `since` when it was first queued."""

    id: int
    ref: str
    name: str
    attempts: int
    error: str
    since: datetime


async def listing(programme_id: int, *, most: int = 100) -> tuple[DeadJob, ...]:
    """The newest dead jobs of a programme."""
    found = await rows(
        "SELECT id, name, attempts, last_error, created_at FROM jobs WHERE programme_id = {}"
        " AND state = 'dead' ORDER BY id DESC LIMIT {}",
        programme_id,
        most,
    )
    return tuple(
        DeadJob(
            row["id"],
            reference("job", programme_id, row["id"]),
            row["name"],
            row["attempts"],
            row["last_error"],
            row["created_at"],
        )
        for row in found
    )


async def find(programme_id: int, ref: str) -> DeadJob:
    """The dead job an address names. Raises NotFound, also when it isn't dead any more."""
    found = next((job for job in await listing(programme_id) if job.ref == ref), None)
    if found is None:
        raise NotFound("This job isn't waiting for anybody any more.")
    return found


@retried
async def retry(programme_id: int, id_: int, *, by: Actor) -> None:
    """Give a dead job all its attempts again, beginning now.

    Raises NotFound, and AlreadyDone when it isn't dead or the same work waits already.
    """
    async with atomic():
        dead = await one("SELECT name, args FROM jobs WHERE programme_id = {} AND id = {}", programme_id, id_)
        if dead is None:
            raise NotFound("There is no such job.")
        revived = await run(
            "UPDATE jobs SET state = 'ready', run_at = {}, attempts = 0 WHERE programme_id = {} AND id = {}"
            " AND state = {} AND NOT EXISTS (SELECT 1 FROM jobs live WHERE live.programme_id = jobs.programme_id"
            " AND live.dedupe_key = jobs.dedupe_key AND live.state IN ('ready', 'leased')) RETURNING id",
            clock.now(),
            programme_id,
            id_,
            JobState.DEAD,
        )
        if not revived:
            raise AlreadyDone("This job is waiting, running or done already.")
        await _tell(programme_id, dead["name"], loads(dead["args"]))
        await audit.record(
            programme_id, "job.retried", ("job", id_), f"The job {dead['name']} is tried again.", by=by
        )
    knock()


async def _tell(programme_id: int, name: str, args: dict[str, Any]) -> None:
    """Let the job take back what it did when it died; one that no longer exists did nothing."""
    try:
        revived = job(name).revived
    except KeyError:
        return
    if revived is not None:
        await revived(programme_id, args)
