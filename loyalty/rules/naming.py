"""How a customer is called where a name is shown."""

from collections.abc import Mapping
from typing import Any

NAMELESS = "No name"


def name_of(row: Mapping[str, Any]) -> str:
    """First and last name, else the address, else the phone."""
    name = f"{row['first_name'] or ''} {row['last_name'] or ''}".strip()
    return name or row["email"] or row["phone"] or NAMELESS
