"""Close requests for an adjustment that nobody decided on in time. PRODUCT C7."""

from typing import Any

from loyalty.approvals import lapsing
from loyalty.jobs.registry import Job


async def run(programme_id: int, args: dict[str, Any]) -> None:
    await lapsing.lapse(programme_id)


JOB = Job(run)
