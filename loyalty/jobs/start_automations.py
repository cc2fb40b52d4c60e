"""Every morning: birthdays, points about to expire, customers who stayed away. PRODUCT M5."""

from typing import Any

from loyalty.automations import mornings
from loyalty.jobs.registry import Job


async def run(programme_id: int, args: dict[str, Any]) -> None:
    await mornings.look(programme_id)


JOB = Job(run)
