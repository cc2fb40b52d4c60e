"""Whom a public id means."""

from dataclasses import dataclass

from db.engine import one
from db.enums import CustomerType
from loyalty.errors import NotFound


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a public id means."""

    id: int
    type: CustomerType


async def known(programme_id: int, uid: str) -> Known:
    """The customer behind a public id. Raises NotFound."""
    row = await one("SELECT id, type FROM customers WHERE programme_id = {} AND uid = {}", programme_id, uid)
    if row is None:
        raise NotFound("There is no such customer in this programme.")
    return Known(row["id"], CustomerType(row["type"]))
