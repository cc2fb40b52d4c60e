"""Change everybody a batch is about. PRODUCT B1."""

from typing import Any

from loyalty.batches import running
from loyalty.jobs.registry import Job


async def run(programme_id: int, args: dict[str, Any]) -> None:
    await running.forwards(programme_id, args["batch"])


JOB = Job(run)
