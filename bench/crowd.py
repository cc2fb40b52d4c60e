"""A made-up shop of any size, written by the database itself: the same rows every time, on both engines.

Customers are numbered from 0. Whatever belongs to a customer follows from the number by multiplication
modulo, so that no row has to be made in Python; moments are spread over three years, each its own.
"""

import sqlite3
from datetime import UTC, datetime
from multiprocessing import get_context

import asyncpg

from db.engine import is_sqlite
from db.ids import EPOCH

NOW = datetime(2026, 6, 15, 10, tzinfo=UTC)
PART = 20_000
TABLES = ("customers", "accounts", "orders", "ledger_entries", "lots", "preference_choices")
_SPAN_MS = 3 * 365 * 86_400_000
_FIRST_MS = int((NOW - EPOCH).total_seconds() * 1000) - _SPAN_MS
_PRIME, _OTHER = 2_654_435_761, 48_271

_PROGRAMME = """INSERT INTO programmes (programme_id, uid, handle, name, time_zone, currency, expiry_policy, created_at)
    VALUES (1, 'bench', 'bench', 'Bench', 'Europe/Berlin', 'EUR', 'none', {})"""
_STORE = """INSERT INTO stores (programme_id, id, uid, handle, name, platform, created_at)
    VALUES (1, 1, 'web', 'web', 'Web', 'shopify', {})"""
_PEOPLE = """INSERT INTO customers (programme_id, id, uid, type, referral_code, card_number, accepts_email, birth_month,
      birth_day, last_activity_at, joined_at, created_at)
    SELECT 1, p.id, p.name, 'member', p.name, p.name, p.n % 2 = 0, p.n % 12 + 1, 9, p.at, p.at, p.at FROM {people} p"""
_ACCOUNTS = """INSERT INTO accounts (programme_id, customer_id, balance, earned, seq)
    SELECT 1, p.id, p.many * 10, p.many * 10, p.many FROM {people} p"""
_ORDERS = """INSERT INTO orders (programme_id, id, uid, store_id, external_id, name, customer_id, status, currency,
      total_minor, discount_codes, placed_at, received_at)
    SELECT 1, o.id, o.name, 1, o.name, '#', o.customer_id, 'paid', 'EUR', o.minor, '[]', o.at, o.at FROM {orders} o"""
_ENTRIES = """INSERT INTO ledger_entries (programme_id, id, uid, customer_id, seq, kind, points, balance_after,
      order_id, effective_at, recorded_at, breakdown, actor_kind, actor_name, key, fingerprint)
    SELECT 1, o.id, o.name, o.customer_id, o.seq, 'earn_order', 10, o.seq * 10, o.id, o.at, o.at, '{}', 'system',
      'Bench', o.name, '{zeros}' FROM {orders} o"""
_LOTS = """INSERT INTO lots (programme_id, id, customer_id, entry_id, order_id, points, remaining, available_at)
    SELECT 1, o.id, o.customer_id, o.id, o.id, 10, 10, o.at FROM {orders} o"""
_CHOICES = """INSERT INTO preference_choices (programme_id, question_key, option_key, customer_id, at)
    SELECT 1, 'likes', CASE p.n % 3 WHEN 0 THEN 'coffee' ELSE 'tea' END, p.id, p.at FROM {people} p WHERE p.n % 4 < 3"""


async def fill(url: str, customers: int, orders: int) -> None:
    """Members, each with up to twice `orders` orders, and an entry and a lot for each; into a migrated database.

    Indexes that aren't keys are made at the end, and on SQLite by a connection of its own with room: a million
    customers would else spend hours turning pages.
    """
    parts = [(first, min(first + PART, customers)) for first in range(0, customers, PART)]
    statements = [
        _filled(sql, first, end, orders)
        for sql in (_PEOPLE, _ACCOUNTS, _ORDERS, _ENTRIES, _LOTS, _CHOICES)
        for first, end in parts
    ]
    if url.startswith("sqlite"):
        # In a process of its own, so that its pages don't count as memory of what is measured.
        filling = get_context("spawn").Process(
            target=_fill_sqlite, args=(url.removeprefix("sqlite:///"), statements)
        )
        filling.start()
        filling.join()
        if filling.exitcode:
            raise SystemExit("Filling failed.")
    else:
        await _fill_postgres(url, statements)


def _fill_sqlite(path: str, statements: list[str]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("synchronous = OFF", "cache_size = -1500000", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    tables = ", ".join(f"'{table}'" for table in TABLES)
    indexes = connection.execute(
        f"SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({tables})"
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    for sql in (_PROGRAMME, _STORE):
        connection.execute(sql.format("?"), (str(NOW),))
    for sql in statements:
        connection.execute(sql)
    for _, sql in indexes:
        connection.execute(sql)
    connection.close()


async def _fill_postgres(url: str, statements: list[str]) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    await connection.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'")
    indexes = await connection.fetch(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i LEFT JOIN pg_constraint c ON c.conname = i.indexname"
        " WHERE i.schemaname = 'public' AND c.oid IS NULL AND i.tablename = ANY($1)",
        list(TABLES),
    )
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['indexname']}")
    for sql in (_PROGRAMME, _STORE):
        await connection.execute(sql.format("$1"), NOW)
    for sql in statements:
        await connection.execute(sql)
    for index in indexes:
        await connection.execute(index["indexdef"])
    await connection.close()


def _filled(sql: str, first: int, end: int, orders: int) -> str:
    people = _people(first, end, orders)
    bought = _bought(people, orders)
    return sql.replace("{people}", people).replace("{orders}", bought).replace("{zeros}", "0" * 64)


def _people(first: int, end: int, orders: int) -> str:
    """Number, id, name, moment of joining, and how many orders: as a table."""
    ms = _ms("s.n")
    return (
        f"(SELECT s.n AS n, {_id(ms)} AS id, 'c' || s.n AS name, {_at(ms)} AS at,"
        f" (s.n * {_OTHER}) % {2 * orders + 1} AS many FROM {_series(first, end - 1)} s)"
    )


def _bought(people: str, orders: int) -> str:
    """One row for each order of these people."""
    serial = f"(q.n * {2 * orders} + k.n)"
    ms = _ms(f"({serial} + 1000000007)")
    return (
        f"(SELECT {_id(ms)} AS id, 'o' || {serial} AS name, q.id AS customer_id, k.n AS seq, {_at(ms)} AS at,"
        f" 100 + ({serial} * {_OTHER}) % 19900 AS minor"
        f" FROM {people} q JOIN {_series(1, 2 * orders)} k ON k.n <= q.many)"
    )


def _ms(number: str) -> str:
    """A moment for a number, no two alike."""
    return f"({_FIRST_MS} + ({number} * {_PRIME}) % {_SPAN_MS})"


def _id(ms: str) -> str:
    return f"({ms} * 4194304)"


def _at(ms: str) -> str:
    if is_sqlite():
        return f"(datetime({ms} / 1000 + {int(EPOCH.timestamp())}, 'unixepoch') || '+00:00')"
    return f"to_timestamp({ms} / 1000 + {int(EPOCH.timestamp())})"


def _series(first: int, last: int) -> str:
    if is_sqlite():
        return (
            f"(WITH RECURSIVE s (n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last})"
            " SELECT n FROM s)"
        )
    return f"(SELECT CAST(n AS BIGINT) AS n FROM generate_series({first}, {last}) AS g (n))"
