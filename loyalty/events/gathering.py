"""Keeping what arrives, many deliveries in one transaction.

Deliveries that arrive while one transaction commits share the next: on SQLite a commit waits for the
disk, and a flash sale sends hundreds a second.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from weakref import WeakKeyDictionary

from db.engine import atomic, insert_many, retried, rows
from db.enums import EventState
from loyalty.integrations import PRODUCT_TOPICS
from loyalty.queue import New, enqueue_many

MOST_AT_ONCE = 200
PRODUCTS_AHEAD = timedelta(minutes=1)
"""News of a product goes before orders that came up to a minute earlier and still wait: their lines ask for it."""

_COLUMNS = ("programme_id", "id", "store_id", "topic", "delivery_id", "body", "state", "received_at")


class Stored(StrEnum):
    NEW = "new"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One delivery about to be kept."""

    programme_id: int
    id: int
    store_id: int
    topic: str
    delivery_id: str
    body: str
    at: datetime


class Gatherer:
    """Keeps what arrives in one event loop; each caller waits for its own commit."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Arrival, asyncio.Future[Stored]]] = deque()
        self._keeping: asyncio.Task[None] | None = None

    async def keep(self, arrival: Arrival) -> Stored:
        """Returns once the delivery is committed."""
        told: asyncio.Future[Stored] = asyncio.get_running_loop().create_future()
        self._waiting.append((arrival, told))
        if self._keeping is None or self._keeping.done():
            # In a context of its own: it works for every caller, and in nobody's transaction.
            self._keeping = asyncio.create_task(self._keep_all(), context=Context())
        return await told

    async def _keep_all(self) -> None:
        while self._waiting:
            some = [self._waiting.popleft() for _ in range(min(MOST_AT_ONCE, len(self._waiting)))]
            try:
                _tell(some, await keep([arrival for arrival, _ in some]))
            except Exception:
                # So that one that can't be kept doesn't take the others with it.
                for arrival, told in some:
                    await _keep_alone(arrival, told)


_gatherers: WeakKeyDictionary[asyncio.AbstractEventLoop, Gatherer] = WeakKeyDictionary()


def gatherer() -> Gatherer:
    """The one of the running event loop."""
    return _gatherers.setdefault(asyncio.get_running_loop(), Gatherer())


@retried
async def keep(arrivals: Sequence[Arrival]) -> list[Stored]:
    """Keep deliveries and have the worker apply those that are new, in one transaction."""
    async with atomic():
        await insert_many(
            "inbound_events", _COLUMNS, [_row(one) for one in arrivals], on_conflict="DO NOTHING"
        )
        kept = await _kept(arrivals)
        await enqueue_many(
            [to_apply(one.programme_id, one.id, one.at, one.topic) for one in arrivals if one.id in kept]
        )
    return [Stored.NEW if one.id in kept else Stored.DUPLICATE for one in arrivals]


def to_apply(programme_id: int, event_id: int, at: datetime, topic: str) -> New:
    """The job that applies an event."""
    ahead = PRODUCTS_AHEAD if topic in PRODUCT_TOPICS else timedelta(0)
    return New(programme_id, "apply_event", {"event": event_id}, at, f"event:{event_id}", ahead)


async def _kept(arrivals: Sequence[Arrival]) -> set[int]:
    """The ids of the arrivals that are in the table now; the others were there before under another id."""
    ids, kept = {one.id for one in arrivals}, set()
    for programme_id in {one.programme_id for one in arrivals}:
        found = await rows(
            "SELECT id FROM inbound_events WHERE programme_id = {} AND id BETWEEN {} AND {}",
            programme_id,
            min(ids),
            max(ids),
        )
        kept |= {row["id"] for row in found}
    return ids & kept


def _row(one: Arrival) -> tuple[object, ...]:
    return (
        one.programme_id,
        one.id,
        one.store_id,
        one.topic,
        one.delivery_id,
        one.body,
        EventState.NEW.value,
        one.at,
    )


async def _keep_alone(arrival: Arrival, told: asyncio.Future[Stored]) -> None:
    try:
        _tell([(arrival, told)], await keep([arrival]))
    except Exception as error:
        if not told.done():
            told.set_exception(error)


def _tell(some: Sequence[tuple[Arrival, asyncio.Future[Stored]]], outcomes: Sequence[Stored]) -> None:
    for (_, told), outcome in zip(some, outcomes, strict=True):
        if not told.done():  # the sender may have hung up
            told.set_result(outcome)
