"""Look again at everybody whose tier may have changed with time alone. PRODUCT F1."""

from typing import Any

from loyalty.jobs.registry import Job
from loyalty.tiers import sweeping


async def run(programme_id: int, args: dict[str, Any]) -> None:
    await sweeping.sweep(programme_id)


JOB = Job(run)
