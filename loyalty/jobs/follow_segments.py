"""Look at the segments of those something happened to. PRODUCT K5."""

from typing import Any

from loyalty import due, queue
from loyalty.jobs.registry import Job
from loyalty.segments.following import follow


async def run(programme_id: int, args: dict[str, Any]) -> None:
    # Whoever becomes due while this runs has a job of their own.
    await queue.release(programme_id, due.JOB)
    await follow(programme_id)


JOB = Job(run)
