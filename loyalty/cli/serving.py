"""The web server around the application. The application is named by a string: `loyalty` never imports `web`."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial

import uvicorn

from loyalty.cli.database import connected
from loyalty.cli.supervising import ending_with_parent, supervise
from loyalty.cli.terminal import say

APPLICATION = "web.serve:application"
PROTOCOL = "web.serve:DeadlineProtocol"
LOOP = uvicorn.Config("").get_loop_factory()
"""What makes the event loop: uvloop's, where it is installed."""
KEEP_ALIVE = 10
GRACE = 20


class Server(uvicorn.Server):
    """uvicorn's server, except that a signal ends it and not the process.

    uvicorn raises the signal again when it has stopped serving, which would kill us before the worker
    has given back its jobs and the database is closed.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield

    def end(self) -> None:
        """Finish as on SIGTERM."""
        self.handle_exit(signal.SIGTERM, None)


def start(host: str, port: int, workers: int) -> None:
    """Serve until stopped. Links for a first owner are printed before the first request is taken."""
    config = _config(host, port)
    asyncio.run(_announce(config))
    if workers == 1:
        _run(config, None)
        return
    supervise(workers, partial(_child, host, port), config.bind_socket())


def _config(host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        APPLICATION,
        factory=True,
        host=host,
        port=port,
        access_log=False,
        http=PROTOCOL,
        ws="none",
        timeout_keep_alive=KEEP_ALIVE,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )


def _child(host: str, port: int, sockets: list[socket.socket]) -> None:
    _run(_config(host, port), sockets)


def _run(config: uvicorn.Config, sockets: list[socket.socket] | None) -> None:
    with asyncio.Runner(loop_factory=LOOP) as runner:
        runner.run(_serve(config, sockets))


async def _serve(config: uvicorn.Config, sockets: list[socket.socket] | None) -> None:
    from db.engine import is_sqlite

    async with AsyncExitStack() as held:
        await held.enter_async_context(connected(alone=False))
        if is_sqlite():
            await held.enter_async_context(_working())
        server = Server(config)
        with ending_with_parent(server.end):
            await server.serve(sockets=sockets)


@asynccontextmanager
async def _working() -> AsyncIterator[None]:
    """The worker as a task of this process; it finishes what it holds before the database closes."""
    from loyalty.jobs import worker

    stop = asyncio.Event()
    task = asyncio.create_task(worker.run(stop), name="worker")
    try:
        yield
    finally:
        stop.set()
        await task


async def _announce(config: uvicorn.Config) -> None:
    from db.engine import rows
    from loyalty.settings import settings
    from loyalty.staff.first import first_owner_link

    async with connected(make=True):
        base_url = settings().base_url
        for row in await rows("SELECT programme_id, name FROM programmes ORDER BY programme_id"):
            link = await first_owner_link(row["programme_id"], base_url)
            if link:
                say(f"{row['name']} has no owner yet. Become it, once, at {link}")
    say(f"Serving {base_url} on {config.host}:{config.port}")
