"""How fast points are posted, beside the same transactions by the bare driver.

Two copies of a made-up shop stand side by side. A round of writes goes to the first through our verbs, as a
web process would do them; then what those transactions wrote goes to the second, statement by statement, by the
bare driver. Milliseconds are of the wall per write; the note has the processor time of this process.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from statistics import median

from bench import crowd
from bench.depot import Depot
from bench.processes import peak_mb
from bench.recording import BarePostgres, BareSQLite, Done, Ear, connect_bare, connect_heard
from bench.table import Row, Table
from bench.write_list import WRITES, Write
from db.engine import disconnect, is_sqlite
from loyalty import clock

Took = tuple[float, float]
"""Milliseconds a write: on the wall, of the processor."""


async def bench(table: Table, depot: Depot, size: str, *, rounds: int = 5, times: int = 40) -> None:
    """Every write of `bench.write_list`, `times` in each of `rounds` rounds."""
    async with depot.copied(size) as ours, depot.copied(size) as limits:
        _, ear = await connect_heard(ours)
        bare = await connect_bare(limits)
        try:
            with clock.at(crowd.NOW):
                for write in WRITES:
                    table.add(await _measured(write, ear, bare, rounds, times))
            table.note(f"Peak memory of the writing process: {peak_mb(os.getpid())} MB.")
        finally:
            await bare.close()
            await disconnect()


async def _measured(write: Write, ear: Ear, bare: BareSQLite | BarePostgres, rounds: int, times: int) -> Row:
    verbs = await write.ready(rounds * times)
    for transaction in ear.take():  # what made ready stands in both
        await bare.do(transaction)
    mine: list[Took] = []
    limit: list[Took] = []
    for number in range(rounds):
        chosen = verbs[number * times : (number + 1) * times]
        mine.append(await _timed(chosen, write.doors))
        done = ear.take()
        again = [_again(bare, part) for part in _by_account(done, write.doors)]
        took = await _timed(again, write.doors)
        share = len(again) / len(chosen)
        limit.append((took[0] * share, took[1] * share))
    ours_cpu, limit_cpu = (median(took[1] for took in each) for each in (mine, limit))
    return Row(
        write.name,
        median(took[0] for took in mine),
        median(took[0] for took in limit),
        "ms",
        note=f"CPU {ours_cpu:.2f} and {limit_cpu:.2f} ms, ratio {ours_cpu / limit_cpu:.2f}",
    )


async def _timed(verbs: Sequence[Callable[[], Awaitable[object]]], doors: int) -> Took:
    """Do all of them, `doors` at a time."""
    waiting = iter(verbs)

    async def door() -> None:
        for verb in waiting:
            await verb()

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(door() for _ in range(doors)))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return wall * 1000 / len(verbs), cpu * 1000 / len(verbs)


def _by_account(done: list[Done], doors: int) -> Iterable[list[Done]]:
    """Transactions of one account follow one another, as its lock made them do; the rest may go at once."""
    if doors == 1 or is_sqlite():
        return [[transaction] for transaction in done]
    lanes: dict[object, list[Done]] = {}
    for transaction in done:
        lanes.setdefault(tuple(transaction[0].args), []).append(transaction)
    return lanes.values()


def _again(bare: BareSQLite | BarePostgres, transactions: list[Done]) -> Callable[[], Awaitable[None]]:
    async def again() -> None:
        for transaction in transactions:
            await bare.do(transaction)

    return again
