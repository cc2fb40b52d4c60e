"""Do a turn's worth of a campaign that is to be sent, is being sent, or has mails under way. PRODUCT M."""

from typing import Any

from loyalty.campaigns import sending
from loyalty.jobs.registry import Job


async def run(programme_id: int, args: dict[str, Any]) -> None:
    await sending.work(programme_id, int(args["campaign"]))


async def died(programme_id: int, args: dict[str, Any], error: str) -> None:
    await sending.stopped(programme_id, int(args["campaign"]), error)


JOB = Job(run, died=died)
