"""Recompute every account from its entries, and tell when something differs. PRODUCT O3."""

from typing import Any

import structlog

from loyalty import outbox
from loyalty.jobs.registry import Job
from loyalty.ledger.verifying import verify

log = structlog.get_logger("verify")


async def run(programme_id: int, args: dict[str, Any]) -> None:
    found = await verify(programme_id)
    for finding in found:
        log.error("the books differ", programme_id=programme_id, name=finding.name, count=finding.count)
    if found:
        told = [{"name": one.name, "sentence": one.sentence, "count": one.count} for one in found]
        await outbox.emit(programme_id, "ledger.differs", {"findings": told})


JOB = Job(run)
