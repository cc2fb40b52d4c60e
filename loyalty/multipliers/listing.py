"""A customer's multipliers, for their page."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from db.engine import one, rows
from db.enums import MultiplierSource, MultiplierStatus
from loyalty import clock
from loyalty.errors import NotFound
from loyalty.rules.naming import name_of

MOST = 20

_OF = """SELECT m.uid, m.name, m.percent, m.status, m.source, m.actor_name, m.reason, m.granted_at, m.valid_until,
      o.name AS order_name
    FROM multipliers m LEFT JOIN orders o ON o.programme_id = m.programme_id AND o.id = m.order_id
    WHERE m.programme_id = {} AND m.customer_id = {} ORDER BY m.id DESC LIMIT {}"""


class State(StrEnum):
    """A status, with the date taken into account."""

    WAITING = "waiting"
    USED = "used"
    OVER = "over"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class MultiplierView:
    """One multiplier. `order_name` is set while an order uses it; `valid_until` is when it is over."""

    uid: str
    name: str
    percent: int
    state: State
    source: MultiplierSource
    actor_name: str
    reason: str
    granted_at: datetime
    valid_until: datetime
    order_name: str | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is to get one."""

    id: int
    uid: str
    name: str


async def recipient(programme_id: int, uid: str) -> Recipient:
    """The customer a form is about. Raises NotFound."""
    row = await one(
        "SELECT id, uid, first_name, last_name, email, phone FROM customers WHERE programme_id = {} AND uid = {}",
        programme_id,
        uid,
    )
    if row is None:
        raise NotFound("There is no such customer in this programme.")
    return Recipient(row["id"], row["uid"], name_of(row))


async def of_customer(programme_id: int, customer_id: int) -> tuple[MultiplierView, ...]:
    """The latest twenty, newest first."""
    now = clock.now()
    found = await rows(_OF, programme_id, customer_id, MOST)
    return tuple(
        MultiplierView(
            uid=row["uid"],
            name=row["name"],
            percent=row["percent"],
            state=_state(MultiplierStatus(row["status"]), row["valid_until"], now),
            source=MultiplierSource(row["source"]),
            actor_name=row["actor_name"],
            reason=row["reason"],
            granted_at=row["granted_at"],
            valid_until=row["valid_until"],
            order_name=row["order_name"],
        )
        for row in found
    )


def _state(status: MultiplierStatus, valid_until: datetime, now: datetime) -> State:
    if status is MultiplierStatus.WAITING:
        return State.WAITING if now < valid_until else State.OVER
    return State(status)
