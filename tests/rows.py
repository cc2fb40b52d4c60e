"""Raw rows, and the moment at which factories make things."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from db.engine import atomic, insert_many, run
from db.ids import new_id, new_uid

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


async def campaign(programme_id: int, name: str = "Thanks", *, state: str = "sent") -> Made:
    """As rows, without people or a message."""
    made, over = Made(new_id(START), new_uid()), state in ("sent", "cancelled")
    await insert(
        "campaigns", programme_id=programme_id, id=made.id, uid=made.uid, name=name, objective="thank", state=state,
        topic="other", offer={}, seed="seed", held_out=0, quiet_from=0, quiet_until=0, cap_messages=1, cap_days=1,
        ended_at=START if over else None, actor_name="Mara", created_at=START,
    )  # fmt: skip
    return made


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
