"""Several web processes on one socket: started together, replaced when one dies, stopped together."""

import asyncio
import multiprocessing
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType

BREATH = 1.0
"""Seconds before a process that died is replaced, so that one that can't start doesn't spin."""


def supervise(workers: int, serve: Callable[[list[socket.socket]], None], listening: socket.socket) -> None:
    """Keep `workers` processes running `serve` on the socket until SIGTERM or SIGINT; then let them finish."""
    context = multiprocessing.get_context("spawn")
    stopping = False

    def started() -> BaseProcess:
        process = context.Process(target=serve, args=([listening],))
        process.start()
        return process

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        for process in processes:
            if process.is_alive():
                process.terminate()

    processes = [started() for _ in range(workers)]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    while not stopping:
        wait([process.sentinel for process in processes], timeout=BREATH)
        if not stopping and not all(process.is_alive() for process in processes):
            time.sleep(BREATH)
            processes[:] = [process if process.is_alive() or stopping else started() for process in processes]
    for process in processes:
        process.join()


@contextmanager
def ending_with_parent(end: Callable[[], None]) -> Iterator[None]:
    """Call `end` when the process that supervises this one is gone, however it ended, even by SIGKILL.

    In a process that nobody supervises nothing happens.
    """
    parent, loop = multiprocessing.parent_process(), asyncio.get_running_loop()
    if parent is None:
        yield
        return
    gone = parent.sentinel  # readable for good once the parent has ended

    def orphaned() -> None:
        loop.remove_reader(gone)
        end()

    loop.add_reader(gone, orphaned)
    try:
        yield
    finally:
        loop.remove_reader(gone)
