"""A process that supervises two others, for a test to kill: `python -m tests.cli.supervised`."""

import asyncio
import os
import socket

from loyalty.cli.supervising import ending_with_parent, supervise


def serve(sockets: list[socket.socket]) -> None:
    asyncio.run(_serve())


async def _serve() -> None:
    ended = asyncio.Event()
    with ending_with_parent(ended.set):
        os.write(1, f"{os.getpid()}\n".encode())
        await ended.wait()


if __name__ == "__main__":
    with socket.socket() as listening:
        supervise(2, serve, listening)
