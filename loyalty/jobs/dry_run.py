"""Try a proposed earning rule on past orders. PRODUCT I2."""

from typing import Any

from loyalty.dry_runs import working
from loyalty.jobs.registry import Job


async def run(programme_id: int, args: dict[str, Any]) -> None:
    await working.work(programme_id, int(args["run"]))


async def died(programme_id: int, args: dict[str, Any], error: str) -> None:
    await working.fail(programme_id, int(args["run"]), error)


async def revived(programme_id: int, args: dict[str, Any]) -> None:
    await working.revive(programme_id, int(args["run"]))


JOB = Job(run, died=died, revived=revived)
