"""How a customer is called where a name is shown."""

from collections.abc import Mapping
from typing import Any

from db.engine import one
from loyalty.errors import NotFound

NAMELESS = "No name"


def name_of(row: Mapping[str, Any]) -> str:
    """First and last name, else the address, else the phone."""
    name = f"{row['first_name'] or ''} {row['last_name'] or ''}".strip()
    return name or row["email"] or row["phone"] or NAMELESS


async def id_of(programme_id: int, uid: str) -> int:
    """The internal id behind a public one. Raises NotFound."""
    row = await one("SELECT id FROM customers WHERE programme_id = {} AND uid = {}", programme_id, uid)
    if row is None:
        raise NotFound("There is no such customer in this programme.")
    return int(row["id"])
