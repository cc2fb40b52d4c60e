"""Give those of an automation whose moment has come their place in its campaign. PRODUCT M5."""

from typing import Any

from loyalty import queue
from loyalty.automations.entering import enter
from loyalty.jobs.registry import Job


async def run(programme_id: int, args: dict[str, Any]) -> None:
    # Whoever's moment comes in this minute while this runs has a job of their own.
    await queue.release(programme_id, str(args["key"]))
    await enter(programme_id, int(args["automation"]))


JOB = Job(run)
