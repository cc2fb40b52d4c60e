"""Raw rows, and the moment at which factories make things."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from db.engine import atomic, insert_many, run

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


class Rows:
    """Rows gathered by table and written together, in the order in which the tables first came."""

    def __init__(self, programme_id: int) -> None:
        self.programme_id = programme_id
        self._tables: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = {}

    def add(self, table: str, **values: Any) -> None:
        row = {"programme_id": self.programme_id, **values}
        self._tables.setdefault((table, tuple(row)), []).append(tuple(row.values()))

    async def write(self) -> None:
        async with atomic():
            for (table, columns), found in self._tables.items():
                await insert_many(table, columns, found)
