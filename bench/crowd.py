"""A made-up shop of any size, written by the database itself: the same rows every time, on both engines.

Customers are numbered from 0. Whatever belongs to a customer follows from the number by multiplication
modulo, so that no row has to be made in Python; moments are spread over three years, each its own.
"""

from datetime import UTC, datetime

from db.engine import atomic, is_sqlite, run, take_time
from db.ids import EPOCH

NOW = datetime(2026, 6, 15, 10, tzinfo=UTC)
PART = 20_000
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
    SELECT 1, o.id, o.name, o.customer_id, o.seq, 'earn_order', 10, o.seq * 10, o.id, o.at, o.at, '{{}}', 'system',
      'Bench', o.name, '{zeros}' FROM {orders} o"""
_LOTS = """INSERT INTO lots (programme_id, id, customer_id, entry_id, order_id, points, remaining, available_at)
    SELECT 1, o.id, o.customer_id, o.id, o.id, 10, 10, o.at FROM {orders} o"""
_CHOICES = """INSERT INTO preference_choices (programme_id, question_key, option_key, customer_id, at)
    SELECT 1, 'likes', CASE p.n % 3 WHEN 0 THEN 'coffee' ELSE 'tea' END, p.id, p.at FROM {people} p WHERE p.n % 4 < 3"""


async def fill(customers: int, orders: int) -> None:
    """Members, each with up to twice `orders` orders, and an entry and a lot for each."""
    async with atomic():
        await run(_PROGRAMME, NOW)
        await run(_STORE, NOW)
    for first in range(0, customers, PART):
        people = _people(first, min(first + PART, customers), orders)
        bought = _bought(people, orders)
        async with atomic():
            await take_time()
            for sql in (_PEOPLE, _ACCOUNTS, _ORDERS, _ENTRIES, _LOTS, _CHOICES):
                filled = (
                    sql.replace("{people}", people).replace("{orders}", bought).replace("{zeros}", "0" * 64)
                )
                await run(filled)


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
