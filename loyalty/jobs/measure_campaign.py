"""Count what a campaign did and keep it; without one, every campaign whose orders may still change. PRODUCT M4."""

from typing import Any

from loyalty.campaigns import measuring
from loyalty.jobs.registry import Job


async def run(programme_id: int, args: dict[str, Any]) -> None:
    if "campaign" in args:
        await measuring.keep(programme_id, int(args["campaign"]))
    else:
        await measuring.keep_all(programme_id)


JOB = Job(run)
