"""How a customer is called where a name is shown."""

from collections.abc import Mapping
from typing import Any

NAMELESS = "No name"
ERASED = "Erased customer"
NAMELESS_IN_TRAIL = "This customer"


def name_of(row: Mapping[str, Any]) -> str:
    """First and last name, else the address, else the phone. Rows of people alive may leave `erased_at` out."""
    if row.get("erased_at") is not None:
        return ERASED
    return _full(row) or row["email"] or row["phone"] or NAMELESS


def called(row: Mapping[str, Any]) -> str:
    """The name in sentences that are also kept in the trail, which blanks names and addresses, not phones."""
    return _full(row) or row["email"] or NAMELESS_IN_TRAIL


def _full(row: Mapping[str, Any]) -> str:
    return f"{row['first_name'] or ''} {row['last_name'] or ''}".strip()
