"""Points for today's birthdays, every morning. PRODUCT I1."""

from typing import Any

from loyalty.earning import birthdays
from loyalty.jobs.registry import Job


async def run(programme_id: int, args: dict[str, Any]) -> None:
    await birthdays.give(programme_id)


JOB = Job(run)
