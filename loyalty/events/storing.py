"""Keeping a delivery as it came, and forgetting it in time."""

from datetime import timedelta

from db.engine import Contention, in_transaction, run
from db.ids import new_id
from loyalty import clock
from loyalty.errors import Busy, Invalid
from loyalty.events.gathering import Arrival, Stored, gatherer, keep

__all__ = ["Stored", "forget_old", "store"]

LONGEST_TOPIC, LONGEST_DELIVERY_ID = 80, 200
KEPT = timedelta(days=30)


async def store(programme_id: int, store_id: int, topic: str, delivery_id: str, body_text: str) -> Stored:
    """Keep one delivery; on return it is committed. The same `delivery_id` of a store changes nothing.

    Raises Invalid when the platform's topic or id is empty or too long to keep, and Busy when the
    database could not take it: the platform sends it again.
    """
    if not (0 < len(topic) <= LONGEST_TOPIC and 0 < len(delivery_id) <= LONGEST_DELIVERY_ID):
        raise Invalid("The delivery's topic or id is missing or too long.")
    now = clock.now()
    arrival = Arrival(programme_id, new_id(now), store_id, topic, delivery_id, body_text, now)
    if in_transaction():
        return (await keep([arrival]))[0]
    try:
        return await gatherer().keep(arrival)
    except Contention as error:
        raise Busy("The delivery could not be kept just now. Send it again.") from error


async def forget_old(programme_id: int) -> int:
    """Delete events applied or ignored more than 30 days ago: they hold personal data. Returns how many."""
    gone = await run(
        "DELETE FROM inbound_events WHERE programme_id = {} AND state IN ('done', 'ignored')"
        " AND received_at < {} RETURNING id",
        programme_id,
        clock.now() - KEPT,
    )
    return len(gone)
