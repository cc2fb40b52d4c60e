"""Hand one event to the endpoint. One that doesn't take it now is asked again later."""

from typing import Any

from loyalty.endpoints import calling
from loyalty.jobs.registry import Job


async def run(programme_id: int, args: dict[str, Any]) -> None:
    await calling.deliver(programme_id, int(args["call"]))


async def died(programme_id: int, args: dict[str, Any], error: str) -> None:
    await calling.give_up(programme_id, int(args["call"]), error)


JOB = Job(run, died=died)
