"""Every night: look at everybody's segments again, and tell who came and went for good. PRODUCT K."""

from typing import Any

from loyalty import due, queue
from loyalty.jobs.registry import Job
from loyalty.segments.refreshing import refresh


async def run(programme_id: int, args: dict[str, Any]) -> None:
    # A segment that is changed while this runs has a job of its own.
    await queue.release(programme_id, due.ASKED)
    await refresh(programme_id, night=bool(args.get("night", True)))


JOB = Job(run)
