"""One raw row, and the moment at which factories make things."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from db.engine import run

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning, and the moment at which factories make things."""


@dataclass(frozen=True, slots=True)
class Made:
    """Anything a factory made: its internal and its public id."""

    id: int
    uid: str


async def insert(table: str, **values: Any) -> None:
    """One raw row; dicts and lists are written as JSON."""
    marks = ", ".join(["{}"] * len(values))
    plain = [json.dumps(v) if isinstance(v, dict | list) else v for v in values.values()]
    await run(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", *plain)
