"""SQLite connections that live in threads: what isn't brief is one hop, and the queue is fair."""

import asyncio
import random
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from typing import Any, TypeVar

from db.engine.brief import Brief, TooLong
from db.engine.errors import Contention, PoolExhausted, Refused
from db.engine.transaction import Row

T = TypeVar("T")
_CONTENDED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_CLOSING = ("COMMIT", "ROLLBACK")


class Slot:
    """A connection, opened on first use, and the thread hop to it."""

    def __init__(
        self,
        opened: Callable[[], sqlite3.Connection],
        threads: ThreadPoolExecutor | None,
        patience: float,
        brief: Brief | None = None,
        *,
        reads_only: bool = False,
    ) -> None:
        """`threads` None: statements run where they are called, for a process that does nothing else.

        `patience`: seconds to wait for another process's write lock before Contention. `brief` knows what runs
        where it is called all the same. `reads_only`: the connection refuses to write.
        """
        self._opened = opened
        self._threads = threads
        self._brief = brief
        self._reads_only = reads_only
        self._patience = patience
        self._one_at_a_time = threading.Lock()
        self._given_up = False
        self.connection: sqlite3.Connection | None = None

    @property
    def in_transaction(self) -> bool:
        return self.connection is not None and self.connection.in_transaction

    async def execute(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        def work(connection: sqlite3.Connection) -> list[Row]:
            return _rows(connection.execute(sql, args))

        brief, stop = self._brief, sql not in _CLOSING
        if brief is None or self.connection is None:
            return await self.hop(work, stop=stop)
        if brief.may(self.connection, sql, reads_only=self._reads_only):
            with suppress(TooLong, Contention):
                return await self._at_once(brief, sql, work)
        return await self.hop(lambda connection: brief.timed(connection, sql, work), stop=stop)

    async def _at_once(self, brief: Brief, sql: str, work: Callable[[sqlite3.Connection], T]) -> T:
        found = self._run(
            lambda connection: brief.at_once(connection, sql, work, reads_only=self._reads_only)
        )
        if brief.others_turn():
            await asyncio.sleep(0)
        return found

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        # The cursor ends in its thread: dropped elsewhere, it would reset the cached statement that the
        # next hop is binding (SQLITE_MISUSE).
        await self.hop(lambda c: c.executemany(sql, rows).close())

    async def hop(self, work: Callable[[sqlite3.Connection], T], *, stop: bool = True) -> T:
        """Run `work` in a thread and wait for it to end, even when this task is cancelled.

        A cancelled statement is interrupted unless `stop` is False; it is never left running on a
        connection that somebody else may get next.
        """
        if self._threads is None:
            return self._patiently(work)
        running: Future[T] = self._threads.submit(self._patiently, work)
        waiting = asyncio.wrap_future(running)
        try:
            return await asyncio.shield(waiting)
        except asyncio.CancelledError:
            running.cancel()
            await self._wind_down(waiting, stop=stop)
            raise

    async def _wind_down(self, waiting: asyncio.Future[Any], *, stop: bool) -> None:
        while not waiting.done():
            if stop and self.connection is not None:
                self._given_up = True
                self.connection.interrupt()
            try:
                await asyncio.wait([waiting], timeout=0.02)
            except asyncio.CancelledError:
                continue
        self._given_up = False

    def _patiently(self, work: Callable[[sqlite3.Connection], T]) -> T:
        # SQLite's own busy handler sleeps up to 100 ms a turn and so never wins against a process
        # that takes the lock again at once; short random naps do.
        deadline = time.monotonic() + self._patience
        with self._one_at_a_time:
            while True:
                try:
                    return self._run(work)
                except Contention:
                    late = self._given_up or time.monotonic() > deadline
                    if late or self.in_transaction:
                        raise
                time.sleep(random.uniform(0.001, 0.004))

    def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            if self.connection is None:
                self.connection = self._opened()
            return work(self.connection)
        except sqlite3.IntegrityError as error:
            raise Refused(str(error)) from error
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _CONTENDED:
                raise Contention(str(error)) from error
            raise

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class SlotQueue:
    """Slots handed out first come, first served, to the tasks of any event loop."""

    def __init__(self, slots: Sequence[Slot], patience: float) -> None:
        self.slots = slots
        self._patience = patience
        self._idle = deque(slots)
        self._waiting: deque[Future[Slot]] = deque()
        self._lock = threading.Lock()

    async def take(self) -> Slot:
        """The next free slot. Raises PoolExhausted after `patience` seconds."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
            turn: Future[Slot] = Future()
            self._waiting.append(turn)
        try:
            async with asyncio.timeout(self._patience):
                return await asyncio.wrap_future(turn)
        except TimeoutError as error:
            self._leave_queue(turn)
            raise PoolExhausted("The database is busy: no connection became free.") from error
        except BaseException:
            self._leave_queue(turn)
            raise

    def give_back(self, slot: Slot) -> None:
        with self._lock:
            while self._waiting:
                turn = self._waiting.popleft()
                if turn.set_running_or_notify_cancel():
                    turn.set_result(slot)
                    return
            self._idle.append(slot)

    def _leave_queue(self, turn: Future[Slot]) -> None:
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return
        if turn.done() and not turn.cancelled():  # handed to us while we were being cancelled
            self.give_back(turn.result())


def _rows(cursor: sqlite3.Cursor) -> list[Row]:
    with closing(cursor):
        if cursor.description is None:
            return []
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]
