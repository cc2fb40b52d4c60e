"""Refreshing everybody's segments and counting a segment as it is built, beside one bare pass of SQL.

    .venv/bin/python -m bench.segments [--customers 1000000] [--orders 10] [--engine sqlite|postgresql]

The limit is what reading costs at all: one statement that adds up every customer's orders and one that
adds up every entry. `bench.crowd` makes the rows, the same ones every time; most entries are
orders. `--folder` keeps SQLite's file somewhere with room: a million customers take 12 GB.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import crowd
from db.engine import atomic, connect, disconnect, is_sqlite, rows, run, take_time, value
from db.migrate import migrate
from loyalty import clock, due
from loyalty.rules import segment_trees as trees
from loyalty.rules.segment_trees import Group
from loyalty.segments import stored, trying
from loyalty.segments.following import follow
from loyalty.segments.refreshing import refresh
from tests import postgres

# Every sum is asked for again, or the engine would leave it out; no row comes out, so that nothing is sent.
PASS = (
    "SELECT sum(n), max(latest), sum(minor) FROM (SELECT o.customer_id, count(*) AS n, max(o.id) AS latest,"
    " sum(o.total_minor - o.refunded_minor) AS minor FROM orders o WHERE o.programme_id = {}"
    " GROUP BY o.customer_id) x",
    "SELECT sum(n), sum(points) FROM (SELECT e.customer_id, count(*) AS n, sum(e.points) AS points"
    " FROM ledger_entries e WHERE e.programme_id = {} GROUP BY e.customer_id) x",
)
COFFEE = {"fact": "preference", "is": "likes:coffee"}


async def one_pass() -> None:
    async with atomic():
        await take_time()
        for sql in PASS:
            await rows(sql, 1)


class Table:
    """Lines as they are measured: seconds, seconds of our own processor, peak memory of this process.

    On SQLite the database runs in this process, on PostgreSQL beside it.
    """

    def __init__(self) -> None:
        self.limit = 0.0
        print(f"{'':<58}{'seconds':>9}{'CPU':>9}{'passes':>8}{'peak MB':>9}")

    async def line(self, what: str, work: Callable[[], Awaitable[object]]) -> float:
        start, busy = time.perf_counter(), time.process_time()
        await work()
        took, used = time.perf_counter() - start, time.process_time() - busy
        passes = f"{took / self.limit:8.2f}" if self.limit else f"{'':8}"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{what:<58}{took:9.2f}{used:9.2f}{passes}{peak:9,}", flush=True)
        return took


async def events(count: int) -> None:
    """So many customers something happened to, looked at together."""
    found = await rows(
        "SELECT c.id FROM customers c WHERE c.programme_id = {} ORDER BY c.id LIMIT {}", 1, count
    )
    async with atomic():
        for row in found:
            await due.note(1, row["id"])
    await follow(1)


async def counted(table: Table) -> None:
    """The builder's live count, for trees that a merchant builds."""
    vips = next(each.uid for each in await stored.live(1) if each.name == "VIPs")
    lately = {"fact": "orders", "at_least": 2, "days": 90}
    spent = {"fact": "spent", "at_least": 20_000, "from": "2026-01-01"}
    given = {
        "VIPs who like coffee": {"all": [{"fact": "segment", "is": vips}, COFFEE]},
        "2 orders in 90 days": lately,
        "coffee, none of: VIPs, 2 orders in 90 days": {
            "all": [COFFEE, {"none": [{"fact": "segment", "is": vips}, lately]}]
        },
        "200 spent since January, mail, points": {
            "all": [spent, {"fact": "mail", "is": "yes"}, {"fact": "points", "at_least": 50}]
        },
    }
    for what, tree in given.items():
        await table.line(f"live count: {what}", _count(trees.of(tree)))


def _count(tree: Group) -> Callable[[], Awaitable[object]]:
    return lambda: trying.tried(1, tree, {})


async def bench(url: str, customers: int, orders: int) -> None:
    await migrate(url)
    await connect(url)
    with clock.at(crowd.NOW):
        table = Table()
        await table.line("filling", lambda: crowd.fill(url, customers, orders, judged=False))
        if not is_sqlite():
            await run("VACUUM ANALYZE")
        entries = await value("SELECT count(*) FROM ledger_entries WHERE programme_id = {}", 1)
        print(f"{'sqlite' if is_sqlite() else 'postgresql'}: {customers:,} customers, {entries:,} entries")
        table.limit = await table.line("one bare pass over orders and entries", one_pass)
        await table.line("first refresh, all enter", lambda: refresh(1))
        if not is_sqlite():
            await run("ANALYZE")
        await table.line("refresh, nobody moves", lambda: refresh(1))
        await counted(table)
        await table.line("one customer's event", lambda: events(1))
        await table.line("a hundred customers' events", lambda: events(100))
    await disconnect()


@contextmanager
def database(engine: str, folder: str) -> Iterator[str]:
    """The URL of an empty database, thrown away afterwards."""
    if engine == "sqlite":
        with tempfile.TemporaryDirectory(dir=folder or None) as inside:
            yield f"sqlite:///{Path(inside) / 'bench.sqlite'}"
        return
    with postgres.server() as server:
        if server is None:
            raise SystemExit("There is no PostgreSQL here: name one in TEST_DATABASE_URL.")
        with postgres.scratch(server) as url:
            yield url


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--customers", type=int, default=1_000_000)
    given.add_argument(
        "--orders", type=int, default=10, help="entries a customer, on average; most are orders"
    )
    given.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    given.add_argument("--folder", default="", help="where SQLite's file is made")
    wanted = given.parse_args()
    with database(wanted.engine, wanted.folder) as url:
        asyncio.run(bench(url, wanted.customers, wanted.orders))


if __name__ == "__main__":
    main()
