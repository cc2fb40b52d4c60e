"""Post the notices of points that are about to expire. PRODUCT J1."""

from typing import Any

from loyalty.jobs.registry import Job
from loyalty.members import expiry_notices


async def run(programme_id: int, args: dict[str, Any]) -> None:
    await expiry_notices.send_due(programme_id)


JOB = Job(run)
