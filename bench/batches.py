"""How long work on everybody takes, beside one pass of SQL that leaves the same rows or reads the same ones.

Each is done once on one copy of a made-up shop, and its pass by the bare driver on another, one after the other.
Seconds are of the wall; the note has those of the processor, of this process and of a PostgreSQL server on this
machine together, and the memory of this process before and at most, to which SQLite maps a quarter of a gigabyte.
"""

import asyncio
import os
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import asyncpg

from bench import crowd, shop
from bench.batch_list import BATCHES, Batch
from bench.depot import Depot
from bench.processes import family_cpu, forget_peak, peak_mb
from bench.real_year import a_year
from bench.table import Row, Table
from db.engine import connect, disconnect, is_sqlite, value
from db.engine.sqlite import PRAGMAS
from loyalty import clock
from tests.stories.real_year import YEAR


async def bench(table: Table, depot: Depot, size: str) -> None:
    """Every batch of `bench.batch_list`, and the import of a real year where its files are beside the checkout."""
    for batch in BATCHES:
        async with depot.copied(size) as ours, depot.copied(size) as limits:
            table.add(await _measured(batch, ours, limits))
    if size != "tiny" and YEAR.exists():
        async with depot.empty() as ours, depot.empty() as limits:
            mine, limit = await a_year("csv", ours, limits)
        note = f"CPU {mine.busy:.1f} and {limit.busy:.1f} s; see bench.real_year"
        table.add(Row("import of a real year, 19,959 orders", mine.wall, limit.wall, "s", note=note))
    elif size != "tiny":
        table.note("The real year isn't beside this checkout: its import was not measured.")


async def _measured(batch: Batch, ours: str, limits: str) -> Row:
    for url in (ours, limits):
        await _bare(url, (batch.ready,) if batch.ready else ())
    await connect(ours)
    try:
        with clock.at(crowd.NOW):
            await shop.take_stock()
            with tempfile.TemporaryDirectory() as folder:
                if batch.before:
                    await batch.before(Path(folder))
                limit, limit_cpu = await _timed(lambda: _bare(limits, batch.limit))
                forget_peak()
                held = peak_mb(os.getpid())
                mine, cpu = await _timed(lambda: batch.do(Path(folder)))
    finally:
        await disconnect()
    note = f"CPU {cpu:.1f} and {limit_cpu:.1f} s; memory {held}, at most {peak_mb(os.getpid())} MB"
    return Row(batch.name, mine, limit, "s", note=note)


async def _timed(work: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), await _processor()
    await work()
    return time.perf_counter() - wall, await _processor() - cpu


async def _processor() -> float:
    """Seconds of processor used by this process, and by the database's server where that is on this machine."""
    used = time.process_time()
    if is_sqlite():
        return used
    server = Path(await value("SELECT current_setting('data_directory')")) / "postmaster.pid"
    return used + (family_cpu(int(server.read_text().split()[0])) if server.exists() else 0.0)


async def _bare(url: str, texts: Sequence[str]) -> None:
    """One transaction by the bare driver; what a query finds is read and dropped, row by row."""
    statements = [text.replace("{now}", f"'{crowd.NOW}'") for text in texts]
    if url.startswith("sqlite"):
        await asyncio.to_thread(_bare_sqlite, url.removeprefix("sqlite:///"), statements)
        return
    connection: Any = await asyncpg.connect(url)
    async with connection.transaction():
        for sql in statements:
            if sql.startswith("SELECT"):
                async for _ in connection.cursor(sql, prefetch=500):
                    pass
            else:
                await connection.execute(sql)
    await connection.close()


def _bare_sqlite(path: str, statements: list[str]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for name, setting in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={setting}").fetchall()
    connection.execute("BEGIN")
    for sql in statements:
        for _ in connection.execute(sql):
            pass
    connection.execute("COMMIT")
    connection.close()
