"""Ending the challenges and pledges whose time is over (PRODUCT L3)."""

from typing import Any

from loyalty.jobs.registry import Job
from loyalty.surveys.advancing import end_overdue


async def run(programme_id: int, args: dict[str, Any]) -> None:
    while await end_overdue(programme_id):
        pass


JOB = Job(run)
