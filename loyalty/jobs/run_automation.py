"""Begin for those who were there before; give those whose moment has come their place in a campaign. PRODUCT M5."""

from typing import Any

from loyalty import queue
from loyalty.automations import already
from loyalty.automations.entering import enter
from loyalty.jobs.registry import Job


async def run(programme_id: int, args: dict[str, Any]) -> None:
    # Whoever's moment comes in this minute while this runs has a job of their own.
    await queue.release(programme_id, str(args["key"]))
    automation_id = int(args["automation"])
    while await already.go_on(programme_id, automation_id):
        pass
    await enter(programme_id, automation_id)


JOB = Job(run)
