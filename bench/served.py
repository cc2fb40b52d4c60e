"""Our server as a benchmark runs it: `python -m bench.served URL REPORT PORT`.

It is the application under its own protocol, with the clock stopped at the made-up shop's day, so that the
last 30 days hold what they hold. At the end it writes each statement that took longer than 50 ms, with how
often, how long at the median, and how often it ran in all, to REPORT as JSON.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import uvicorn

from bench import crowd
from db.engine import use
from db.engine.base import Database
from db.engine.postgres import PostgresDatabase
from db.engine.sqlite import SQLiteDatabase
from db.engine.transaction import Mode, Row
from loyalty import clock
from loyalty.cli.serving import LOOP, PROTOCOL, Server
from loyalty.settings import settings

SLOW_MS = 50


class Timed(Database):
    """Knows how long each statement took, its wait for a connection included."""

    def timed(self) -> dict[str, list[float]]:
        """Milliseconds by text."""
        return self.__dict__.setdefault("milliseconds", defaultdict(list))

    async def execute(self, sql: str, args: Sequence[Any], mode: Mode) -> list[Row]:
        started = time.perf_counter()
        try:
            return await super().execute(sql, args, mode)
        finally:
            self.timed()[sql].append((time.perf_counter() - started) * 1000)


class TimedSQLite(Timed, SQLiteDatabase):
    pass


class TimedPostgres(Timed, PostgresDatabase):
    pass


def slow(timed: dict[str, list[float]]) -> list[dict[str, Any]]:
    """The statements that took too long at the median, so that one hiccup of the machine is none."""
    found = [
        {"sql": " ".join(sql.split()), "median_ms": round(median(took), 1), "runs": len(took)}
        for sql, took in timed.items()
        if median(took) > SLOW_MS
    ]
    return sorted(found, key=lambda each: -each["median_ms"])


async def main(url: str, report: str, port: str) -> None:
    from web.serve import application

    database = (TimedSQLite if url.startswith("sqlite") else TimedPostgres)(url, **settings().engine_options)
    await database.start()
    database.node = await database.claim_node()
    use(database)
    config = uvicorn.Config(
        application(), port=int(port), http=PROTOCOL, ws="none", access_log=False, log_level="warning",
        server_header=False,
    )  # fmt: skip
    with clock.at(crowd.NOW):
        await Server(config).serve()
    Path(report).write_text(json.dumps(slow(database.timed())))
    use(None)
    await database.stop()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=LOOP) as runner:
        runner.run(main(*sys.argv[1:]))
