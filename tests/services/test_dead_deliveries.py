"""A delivery whose job died is applied when somebody has that job tried again. PRODUCT N2."""

import pytest
from structlog.testing import capture_logs

from db.engine import rows, run
from loyalty import clock
from loyalty.events import acting, storing
from loyalty.integrations.facts import Fact
from loyalty.jobs import dead
from loyalty.jobs.worker import Worker
from tests.cast import Cast
from tests.factories import START

BODY = '{"id": 7, "email": "zoe@example.org"}'


async def states() -> tuple[str, str]:
    (event,) = await rows("SELECT state FROM inbound_events WHERE programme_id = 1")
    (job,) = await rows("SELECT state FROM jobs WHERE programme_id = 1")
    return event["state"], job["state"]


async def test_a_dead_job_tried_again_applies_its_delivery(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Fact] = []

    async def boom(programme_id: int, store_id: int, fact: Fact) -> None:
        raise RuntimeError("boom")

    async def act(programme_id: int, store_id: int, fact: Fact) -> None:
        seen.append(fact)

    with clock.at(START), capture_logs():
        monkeypatch.setattr(acting, "act", boom)
        await storing.store(1, cast.web.id, "customers/update", "one", BODY)
        await run("UPDATE jobs SET max_attempts = 1 WHERE programme_id = 1")
        await Worker().step()
        assert await states() == ("dead", "dead")
        monkeypatch.setattr(acting, "act", act)
        (job,) = await dead.listing(1)
        await dead.retry(1, job.id, by=cast.mara)
        await Worker().step()
    assert await states() == ("done", "done")
    assert len(seen) == 1
