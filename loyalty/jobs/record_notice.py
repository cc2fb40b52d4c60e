"""Note that an expiry notice has reached its reader. PRODUCT J1."""

from typing import Any

from loyalty.jobs.registry import Job
from loyalty.members import expiry_notices


async def run(programme_id: int, args: dict[str, Any]) -> None:
    await expiry_notices.record(programme_id, args)


JOB = Job(run)
