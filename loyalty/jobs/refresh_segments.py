"""Every night: look at everybody's segments again, and tell who came and went for good. PRODUCT K."""

from typing import Any

from loyalty.jobs.registry import Job
from loyalty.segments.refreshing import refresh


async def run(programme_id: int, args: dict[str, Any]) -> None:
    await refresh(programme_id, night=bool(args.get("night", True)))


JOB = Job(run)
