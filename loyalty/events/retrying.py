"""Deliveries that could not be applied: what they are, why, and trying again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import atomic, retried, rows, run
from db.enums import EventState
from loyalty import audit, clock
from loyalty.errors import NotFound
from loyalty.events.gathering import to_apply
from loyalty.queue import enqueue_many
from loyalty.references import reference
from loyalty.rules.actors import Actor


@dataclass(frozen=True, slots=True)
class DeadEvent:
    """`ref` names it in addresses. `note` says why; `attempts` counts every try."""

    id: int
    ref: str
    store: str
    topic: str
    delivery_id: str
    note: str
    attempts: int
    received: datetime


async def listing(programme_id: int, *, most: int = 100) -> tuple[DeadEvent, ...]:
    """The newest deliveries laid aside."""
    found = await rows(
        "SELECT e.id, s.name AS store, e.topic, e.delivery_id, e.note, e.attempts, e.received_at AS received"
        " FROM inbound_events e JOIN stores s ON s.programme_id = e.programme_id AND s.id = e.store_id"
        " WHERE e.programme_id = {} AND e.state = 'dead' ORDER BY e.id DESC LIMIT {}",
        programme_id,
        most,
    )
    return tuple(DeadEvent(ref=reference("event", programme_id, row["id"]), **row) for row in found)


async def find(programme_id: int, ref: str) -> DeadEvent:
    """The dead delivery an address names. Raises NotFound, also when it was tried again since."""
    found = next((event for event in await listing(programme_id) if event.ref == ref), None)
    if found is None:
        raise NotFound("This delivery isn't waiting for a decision any more.")
    return found


@retried
async def retry(programme_id: int, event_id: int, *, by: Actor) -> None:
    """Have a dead delivery applied again. Raises NotFound when there is no such dead delivery."""
    async with atomic():
        revived = await revive(programme_id, event_id)
        if revived is None:
            raise NotFound("There is no such delivery waiting for a decision.")
        await enqueue_many([to_apply(programme_id, event_id, clock.now(), revived["topic"])])
        sentence = f"The delivery {revived['delivery_id']} ({revived['topic']}) is tried again."
        await audit.record(programme_id, "event.retried", ("event", event_id), sentence, by=by)


async def revive(programme_id: int, event_id: int) -> dict[str, Any] | None:
    """Make a dead delivery wait again, in the caller's transaction: its topic and id, None when it isn't dead.

    Whoever calls this has a job apply it.
    """
    revived = await run(
        "UPDATE inbound_events SET state = {}, note = '', applied_at = NULL, attempts = 0"
        " WHERE programme_id = {} AND id = {} AND state = {} RETURNING topic, delivery_id",
        EventState.NEW,
        programme_id,
        event_id,
        EventState.DEAD,
    )
    return revived[0] if revived else None
