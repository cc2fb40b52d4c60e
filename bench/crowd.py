"""The people of a made-up shop of any size, written by the database itself: the same rows every time, on both engines.

Customers are numbered from 0, a customer's entries from 1. Whatever belongs to them follows from the numbers
by multiplication modulo, and from the quantiles of a real year (`bench.skew`), so that no row is made in
Python. Every twelfth entry is an adjustment and every twelfth a redemption of all that the entry before it
earned; the rest are orders. The books balance: `regulars verify` finds nothing.
"""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Any

import asyncpg
from rich.console import Console
from rich.progress import track

from bench import crowd_sql as sql
from bench import shop, skew
from db.engine import is_sqlite
from db.ids import EPOCH
from loyalty import clock

NOW = datetime(2026, 6, 15, 10, tzinfo=UTC)
PART = 20_000
NOW_MS = int((NOW - EPOCH).total_seconds() * 1000)
Statement = tuple[str, list[tuple[Any, ...]]]
"""A text, and the rows it runs for; none: it runs once, as it stands."""


async def fill(url: str, customers: int, entries: int, *, judged: bool = True) -> None:
    """Open the shop and let this many people in, with `entries` each on average; into a migrated database.

    `judged` False: nobody is in a segment yet. Call it connected. Indexes that aren't keys, and totals, are made at the
    end, and on SQLite by a process of its own with room: a million customers would else spend hours turning pages,
    and those would count as memory of what is measured.
    """
    with clock.at(NOW):
        await shop.open_shop()
    if is_sqlite():
        work = (url.removeprefix("sqlite:///"), customers, entries, judged)
        filling = get_context("spawn").Process(target=_fill_sqlite, args=work)
        filling.start()
        filling.join()
        if filling.exitcode:
            raise SystemExit("Filling failed.")
    else:
        await _fill_postgres(url, customers, entries, judged=judged)
    await shop.take_stock()


def _fill_sqlite(path: str, customers: int, entries: int, judged: bool) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("synchronous = OFF", "cache_size = -1500000", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    tables = ", ".join(f"'{table}'" for table in sql.TABLES)
    later = connection.execute(
        f"SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name IN ({tables})"
        " AND (type = 'index' OR name = 'ledger_entries_uncounted')"
    ).fetchall()
    for kind, name, _ in later:
        connection.execute(f"DROP {kind} {name}")
    for text, many in _beginning(entries, "?"):
        connection.executemany(text, many) if many else connection.execute(text)
    for part in _parts(customers):
        connection.execute("BEGIN")
        for text in _statements(part, judged, _moment_sqlite):
            connection.execute(text)
        connection.execute("COMMIT")
    for _, _, text in later:
        connection.execute(text)
    connection.close()


async def _fill_postgres(url: str, customers: int, entries: int, *, judged: bool) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    await connection.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'")
    indexes = await connection.fetch(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i LEFT JOIN pg_constraint c ON c.conname = i.indexname"
        " WHERE i.schemaname = 'public' AND c.oid IS NULL AND i.tablename = ANY($1)",
        list(sql.TABLES),
    )
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['indexname']}")
    for text, many in _beginning(entries, "$"):
        await (connection.executemany(text, many) if many else connection.execute(text))
    for part in _parts(customers):
        for text in _statements(part, judged, _moment_postgres):
            await connection.execute(text)
    for index in indexes:
        await connection.execute(index["indexdef"])
    await connection.close()


def _beginning(entries: int, mark: str) -> Iterator[Statement]:
    """Scratch tables of this connection: what people are called, how much and how often they buy."""
    frequencies = skew.frequencies(entries)
    two = f"({mark}1, {mark}2)"
    for text in sql.SCRATCH:
        yield text, []
    yield f"INSERT INTO frequencies VALUES {two}", list(enumerate(frequencies))
    yield f"INSERT INTO worths VALUES {two}", list(enumerate(skew.worths()))
    yield f"INSERT INTO numbers VALUES ({mark}1)", [(number,) for number in range(1, max(frequencies) + 1)]
    yield f"INSERT INTO firsts VALUES {two}", list(enumerate(sql.FIRST_NAMES))
    yield f"INSERT INTO lasts VALUES {two}", list(enumerate(sql.LAST_NAMES))


def _parts(customers: int) -> Iterator[tuple[int, int]]:
    """The first and last number of each part, with a bar that shows how far it is."""
    parts = [(first, min(first + PART, customers) - 1) for first in range(0, customers, PART)]
    screen = Console(stderr=True)
    yield from track(
        parts, f"Making {customers:,} customers", console=screen, disable=not sys.stderr.isatty()
    )


def _statements(part: tuple[int, int], judged: bool, moment: Callable[[str], str]) -> Iterator[str]:
    for text in (*sql.PEOPLE, *(sql.JUDGED if judged else ())):
        for name, value in (
            ("{first}", part[0]),
            ("{last}", part[1]),
            ("{now_ms}", NOW_MS),
            ("{now}", f"'{NOW}'"),
            ("{json}", "TEXT" if moment is _moment_sqlite else "JSONB"),
            ("{p.at}", moment("p.ms")),
            ("{b.at}", moment("b.ms")),
            ("{first_at}", moment("s.first_ms")),
            ("{last_at}", moment("s.last_ms")),
            ("{gone_at}", moment("(s.last_ms + 60000)")),
        ):
            text = text.replace(name, str(value))
        yield text


def _moment_sqlite(ms: str) -> str:
    return f"(datetime({ms} / 1000 + {int(EPOCH.timestamp())}, 'unixepoch') || '+00:00')"


def _moment_postgres(ms: str) -> str:
    return f"to_timestamp({ms} / 1000 + {int(EPOCH.timestamp())})"
