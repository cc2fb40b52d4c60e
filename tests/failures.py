"""Work that failed for good, as it is stored: a delivery and a job of programme 1."""

from db.ids import new_id
from loyalty.references import reference
from tests.rows import START, insert


async def dead_event(store_id: int) -> str:
    """The delivery d-1, which could not be applied; its public name."""
    id_ = new_id(START)
    await insert(
        "inbound_events",
        programme_id=1,
        id=id_,
        store_id=store_id,
        topic="orders/paid",
        delivery_id="d-1",
        body="{}",
        state="dead",
        note="The order has no total.",
        attempts=8,
        received_at=START,
        applied_at=START,
    )
    return reference("event", 1, id_)


async def dead_job() -> str:
    """A job that failed for good; its public name."""
    id_ = new_id(START)
    await insert(
        "jobs",
        programme_id=1,
        id=id_,
        name="tidy_up",
        args={},
        state="dead",
        run_at=START,
        attempts=8,
        last_error="The disk is full.",
        created_at=START,
    )
    return reference("job", 1, id_)
