"""The limit an import is measured against: the same rows, the bare driver, nothing else."""

import sqlite3
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import asyncpg

from db.engine import rows
from db.engine.sqlite import PRAGMAS
from db.migrate import migrate

ORDERS_A_TRANSACTION = 200
TABLES = (
    "programmes", "stores", "earning_rules", "earning_rule_versions", "customers", "accounts",
    "customer_identities", "type_changes", "refunds", "orders", "order_lines", "line_earnings",
    "ledger_entries", "lots", "allocations",
)  # fmt: skip
"""What an imported order leaves behind, in the order foreign keys want it."""

Stored = dict[str, list[tuple[Any, ...]]]
Table = tuple[tuple[str, ...], list[tuple[Any, ...]]]


async def stored(programme_id: int) -> dict[str, Table]:
    """Every row our run wrote, by table: (column names, values)."""
    found: dict[str, Table] = {}
    for table in TABLES:
        read = await rows(f"SELECT * FROM {table} WHERE programme_id = {{}}", programme_id)
        if read:
            found[table] = tuple(read[0]), [tuple(row.values()) for row in read]
    return found


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds on the clock, and those of them in which this process had a processor."""

    wall: float
    busy: float

    @classmethod
    def since(cls, started: tuple[float, float]) -> "Took":
        return cls(time.perf_counter() - started[0], time.process_time() - started[1])


def starting() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


async def store(url: str, data: dict[str, Table]) -> Took:
    """What it takes to write those rows, in as many transactions as the import makes."""
    await migrate(url)
    batches = _batches(data)
    if url.startswith("sqlite"):
        return _sqlite(url.removeprefix("sqlite:///"), data, batches)
    connection = await asyncpg.connect(url)
    try:
        started = starting()
        for batch in batches:
            async with connection.transaction():
                for table, values in batch.items():
                    await connection.executemany(_insert(table, data[table][0], "${}"), values)
        return Took.since(started)
    finally:
        await connection.close()


def _sqlite(path: str, data: dict[str, Table], batches: list[Stored]) -> Took:
    connection = sqlite3.connect(path, isolation_level=None)
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}").fetchall()
    started = starting()
    for batch in batches:
        connection.execute("BEGIN IMMEDIATE")
        for table, values in batch.items():
            connection.executemany(_insert(table, data[table][0], "?"), values)
        connection.execute("COMMIT")
    took = Took.since(started)
    connection.close()
    return took


def _batches(data: dict[str, Table]) -> list[Stored]:
    """The rows cut as the import cuts them: what stands before orders first, then 200 orders at a time."""
    columns, orders = data["orders"]
    place = {row[columns.index("id")]: number // ORDERS_A_TRANSACTION for number, row in enumerate(orders)}
    last = max(place.values(), default=0)
    cut: list[Stored] = [defaultdict(list) for _ in range(last + 2)]
    entries: dict[int, int] = {}
    for table in TABLES:
        if table not in data:
            continue
        names, values = data[table]
        key = {"orders": "id", "allocations": "entry_id"}.get(table, "order_id")
        for row in values:
            at = 0
            if key in names:
                owner = row[names.index(key)]
                at = 1 + (entries.get(owner, 0) if table == "allocations" else place.get(owner, 0))
            if table == "ledger_entries":
                entries[row[names.index("id")]] = at - 1
            cut[at][table].append(row)
    return cut


def _insert(table: str, columns: tuple[str, ...], mark: str) -> str:
    marks = ", ".join(mark.format(number) for number in range(1, len(columns) + 1))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
