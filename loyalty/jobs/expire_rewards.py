"""Free late reservations and mark codes past their date. PRODUCT E3."""

from typing import Any

from loyalty.jobs.registry import Job
from loyalty.rewards.expiring import expire_codes


async def run(programme_id: int, args: dict[str, Any]) -> None:
    await expire_codes(programme_id)


JOB = Job(run)
