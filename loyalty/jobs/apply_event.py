"""Apply one stored webhook. PRODUCT N2."""

from typing import Any

from loyalty.events import applying, retrying
from loyalty.jobs.registry import Job


async def run(programme_id: int, args: dict[str, Any]) -> None:
    await applying.apply_event(programme_id, int(args["event"]))


async def died(programme_id: int, args: dict[str, Any], error: str) -> None:
    await applying.give_up(programme_id, int(args["event"]), error)


async def revived(programme_id: int, args: dict[str, Any]) -> None:
    await retrying.revive(programme_id, int(args["event"]))


JOB = Job(run, died=died, revived=revived)
