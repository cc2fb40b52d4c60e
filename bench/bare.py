"""The limit of a page: its rows by the bare driver, and an answer of the same bytes, under the same server.

`python -m bench.bare URL PAGES PORT`: PAGES is a pickled list of (statements, body); path `/3` is the fourth. On
SQLite a statement runs where it is called, without a thread between: nothing could be less work.
"""

import asyncio
import pickle
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import uvicorn

from db.engine.sqlite import PRAGMAS
from loyalty.cli.serving import LOOP, PROTOCOL, Server

Statement = tuple[str, tuple[Any, ...]]
BarePage = tuple[list[Statement], bytes]
Fetch = Callable[[str, tuple[Any, ...]], Awaitable[Any]]


async def driver(url: str) -> Fetch:
    """What reads rows with nothing between."""
    if not url.startswith("sqlite"):
        pool: Any = await asyncpg.create_pool(url, min_size=1, max_size=10)
        return lambda sql, args: pool.fetch(sql, *args)
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, cached_statements=512)
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")

    async def fetch(sql: str, args: tuple[Any, ...]) -> Any:
        return connection.execute(sql, args).fetchall()

    return fetch


async def main(url: str, pages: str, port: str) -> None:
    known: list[BarePage] = pickle.loads(Path(pages).read_bytes())
    fetch = await driver(url)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        statements, body = known[int(scope["path"][1:])]
        for sql, args in statements:
            await fetch(sql, args)
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    config = uvicorn.Config(
        app, port=int(port), http=PROTOCOL, ws="none", access_log=False, log_level="warning", lifespan="off",
        server_header=False,
    )  # fmt: skip
    await Server(config).serve()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=LOOP) as runner:
        runner.run(main(*sys.argv[1:]))
