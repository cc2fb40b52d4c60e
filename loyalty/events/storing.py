"""Keeping a delivery as it came, and asking the worker to apply it, in one transaction."""

from datetime import timedelta
from enum import StrEnum

from db.engine import atomic, retried, run
from db.enums import EventState
from db.ids import new_id
from loyalty import clock
from loyalty.errors import Invalid
from loyalty.jobs.queue import enqueue

LONGEST_TOPIC, LONGEST_DELIVERY_ID = 80, 200
KEPT = timedelta(days=30)


class Stored(StrEnum):
    NEW = "new"
    DUPLICATE = "duplicate"


@retried
async def store(programme_id: int, store_id: int, topic: str, delivery_id: str, body_text: str) -> Stored:
    """Keep one delivery. The same `delivery_id` of a store a second time changes nothing.

    Raises Invalid when the platform's topic or id is empty or too long to keep.
    """
    if not (0 < len(topic) <= LONGEST_TOPIC and 0 < len(delivery_id) <= LONGEST_DELIVERY_ID):
        raise Invalid("The delivery's topic or id is missing or too long.")
    now = clock.now()
    async with atomic():
        kept = await run(
            "INSERT INTO inbound_events (programme_id, id, store_id, topic, delivery_id, body, state,"
            " received_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {})"
            " ON CONFLICT (programme_id, store_id, delivery_id) DO NOTHING RETURNING id",
            programme_id,
            new_id(now),
            store_id,
            topic,
            delivery_id,
            body_text,
            EventState.NEW,
            now,
        )
        if kept:
            await ask(programme_id, kept[0]["id"])
    return Stored.NEW if kept else Stored.DUPLICATE


async def ask(programme_id: int, event_id: int) -> None:
    """Have the worker apply an event, in the caller's transaction."""
    await enqueue(programme_id, "apply_event", {"event": event_id}, dedupe_key=f"event:{event_id}")


async def forget_old(programme_id: int) -> int:
    """Delete events applied or ignored more than 30 days ago: they hold personal data. Returns how many."""
    gone = await run(
        "DELETE FROM inbound_events WHERE programme_id = {} AND state IN ('done', 'ignored')"
        " AND received_at < {} RETURNING id",
        programme_id,
        clock.now() - KEPT,
    )
    return len(gone)
