"""Whom a public id means, and how a customer is called where a name is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.engine import one
from db.enums import CustomerType
from loyalty.errors import NotFound

NAMELESS = "No name"


def name_of(row: Mapping[str, Any]) -> str:
    """First and last name, else the address, else the phone."""
    name = f"{row['first_name'] or ''} {row['last_name'] or ''}".strip()
    return name or row["email"] or row["phone"] or NAMELESS


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
