"""Reading back what the two engines store differently."""

import json
from datetime import UTC, datetime
from typing import Any


def loads(value: Any) -> Any:
    """The object or list in a JSON column, whether the engine returns text or the object."""
    return json.loads(value) if isinstance(value, str | bytes) else value


def moment(value: Any) -> datetime | None:
    """The aware UTC datetime of a stored moment.

    SQLite knows a column's type only where the column is named bare; from an expression such as
    `max(created_at)` it returns text, which this parses.
    """
    if value is None:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    assert isinstance(value, datetime)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
