"""Close referral claims past their date. PRODUCT G1."""

from typing import Any

from loyalty.jobs.registry import Job
from loyalty.referrals import lapsing


async def run(programme_id: int, args: dict[str, Any]) -> None:
    await lapsing.lapse(programme_id)


JOB = Job(run)
