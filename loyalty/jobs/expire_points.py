"""Post the expiries that are due; any write to an account would post them anyway. PRODUCT C2, J1."""

from typing import Any

from loyalty.jobs.registry import Job
from loyalty.ledger import expiring


async def run(programme_id: int, args: dict[str, Any]) -> None:
    await expiring.sweep(programme_id)


JOB = Job(run)
