"""Refreshing everybody's segments, beside one bare pass of SQL over the same rows.

    .venv/bin/python -m bench.segments [--customers 1000000] [--orders 10] [--url sqlite:////tmp/bench.sqlite]

The limit is what reading costs at all: one statement that adds up every customer's orders and one that
adds up every entry. Rows are made up, the same ones every time.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from db.engine import atomic, connect, disconnect, insert_many, is_sqlite, rows, run, take_time, value
from db.ids import first_id
from db.migrate import migrate
from loyalty import clock, due
from loyalty.segments.following import follow
from loyalty.segments.refreshing import refresh

NOW = datetime(2026, 6, 15, 10, tzinfo=UTC)
PART = 20_000
_PROGRAMME = """INSERT INTO programmes (programme_id, uid, handle, name, time_zone, currency, expiry_policy, created_at)
    VALUES (1, 'bench', 'bench', 'Bench', 'Europe/Berlin', 'EUR', 'none', {})"""
_STORE = """INSERT INTO stores (programme_id, id, uid, handle, name, platform, created_at)
    VALUES (1, 1, 'web', 'web', 'Web', 'shopify', {})"""
_PASS = (
    "SELECT o.customer_id, count(*), max(o.id), sum(o.total_minor - o.refunded_minor) FROM orders o"
    " WHERE o.programme_id = {} GROUP BY o.customer_id",
    "SELECT e.customer_id, count(*), sum(e.points) FROM ledger_entries e WHERE e.programme_id = {}"
    " GROUP BY e.customer_id",
)


async def fill(customers: int, orders: int) -> None:
    """Members, each with up to twice `orders` orders and an entry for each, over three years."""
    luck, serial = random.Random(1), count()

    def new_id(at: datetime) -> int:
        return first_id(at) + next(serial) % (
            1 << 22
        )  # ours remembers too few moments for a shuffled million

    async with atomic():
        await run(_PROGRAMME, NOW)
        await run(_STORE, NOW)
    for start in range(0, customers, PART):
        people, accounts, bought, entries = [], [], [], []
        for number in range(start, min(start + PART, customers)):
            joined = NOW - timedelta(minutes=luck.randrange(1_576_800))
            id_, name = new_id(joined), f"c{number}"
            many = luck.randrange(2 * orders + 1)
            people.append((1, id_, name, "member", name, name, joined, joined, joined))
            accounts.append((1, id_, many * 10, many * 10, many))
            for seq in range(1, many + 1):
                at = NOW - timedelta(seconds=luck.randrange(94_608_000))
                order_id, uid = new_id(at), f"{number}-{seq}"
                bought.append((1, order_id, uid, 1, uid, "#", id_, "paid", "EUR", luck.randrange(100, 20_000), "[]",
                               at, at))  # fmt: skip
                entries.append((1, order_id, uid, id_, seq, "earn_order", 10, 10, at, at, "{}", "system", "Bench", uid,
                                "0" * 64))  # fmt: skip
        async with atomic():
            await insert_many(
                "customers",
                ("programme_id", "id", "uid", "type", "referral_code", "card_number", "last_activity_at",
                 "joined_at", "created_at"),
                people,
            )  # fmt: skip
            await insert_many(
                "accounts", ("programme_id", "customer_id", "balance", "earned", "seq"), accounts
            )
            await insert_many(
                "orders",
                ("programme_id", "id", "uid", "store_id", "external_id", "name", "customer_id", "status", "currency",
                 "total_minor", "discount_codes", "placed_at", "received_at"),
                bought,
            )  # fmt: skip
            await insert_many(
                "ledger_entries",
                ("programme_id", "id", "uid", "customer_id", "seq", "kind", "points", "balance_after",
                 "effective_at", "recorded_at", "breakdown", "actor_kind", "actor_name", "key", "fingerprint"),
                entries,
            )  # fmt: skip


async def one_pass() -> None:
    async with atomic():
        await take_time()
        for sql in _PASS:
            await rows(sql, 1)


async def timed(what: str, work: Callable[[], Awaitable[object]]) -> float:
    """Seconds: on SQLite of this process's CPU, in which the database runs; elsewhere of the clock."""
    start, busy = time.perf_counter(), time.process_time()
    await work()
    took, used = time.perf_counter() - start, time.process_time() - busy
    print(f"{what:<34}{took:10.2f} s{used:10.2f} s CPU", flush=True)
    return used if is_sqlite() else took


async def events(count: int) -> None:
    """So many customers something happened to, looked at together."""
    found = await rows(
        "SELECT c.id FROM customers c WHERE c.programme_id = {} ORDER BY c.id LIMIT {}", 1, count
    )
    async with atomic():
        for row in found:
            await due.note(1, row["id"])
    await follow(1)


async def bench(url: str, customers: int, orders: int) -> None:
    await migrate(url)
    await connect(url)
    with clock.at(NOW):
        await timed("filling", lambda: fill(customers, orders))
        if not is_sqlite():
            await run("ANALYZE")
        entries = await value("SELECT count(*) FROM ledger_entries WHERE programme_id = {}", 1)
        print(f"{'sqlite' if is_sqlite() else 'postgres'}: {customers:,} customers, {entries:,} entries")
        limit = await timed("one bare pass (the limit)", one_pass)
        first = await timed("first refresh, all enter", lambda: refresh(1))
        again = await timed("refresh, nobody moves", lambda: refresh(1))
        await timed("one customer's event", lambda: events(1))
        await timed("a hundred customers' events", lambda: events(100))
        print(f"first refresh = {first / limit:.1f} passes; a night = {again / limit:.1f} passes")
    await disconnect()


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--customers", type=int, default=1_000_000)
    given.add_argument("--orders", type=int, default=10, help="orders and entries a customer, on average")
    given.add_argument("--url", default="", help="an empty database; default: a throw-away SQLite file")
    wanted = given.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = wanted.url or f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        asyncio.run(bench(url, wanted.customers, wanted.orders))


if __name__ == "__main__":
    main()
