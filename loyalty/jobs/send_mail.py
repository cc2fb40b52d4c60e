"""Deliver one mail. A server that doesn't take it now is asked again later."""

from typing import Any

from loyalty.jobs.registry import Job
from loyalty.mail import delivering


async def run(programme_id: int, args: dict[str, Any]) -> None:
    await delivering.deliver(programme_id, int(args["mail"]))


async def died(programme_id: int, args: dict[str, Any], error: str) -> None:
    await delivering.give_up(programme_id, int(args["mail"]), error)


JOB = Job(run, died=died)
