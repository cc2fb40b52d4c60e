"""Short statements run where they are called: the hop into a thread and back costs ten times what they do.

A read is tried at once. One that isn't over in time is stopped, begun again in its thread, and goes there for a
while. A statement that writes can't be stopped, because SQLite then takes its whole transaction back: it goes to
the thread until it has been short there often enough, and again for a while after it once wasn't.
"""

import math
import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SECONDS = 0.005
"""How long a statement may keep the event loop from others: about what drawing a page does."""
STEPS = 1_000
"""SQLite's own steps between two looks at the clock, some twenty microseconds."""
PROVED = 20
"""In how many runs in a thread a statement that writes must have been short."""
HELD = 100
"""For how many runs a statement that took too long stays in the thread."""
TEXTS = 4_096

_READS = ("SELECT", "SAVEPOINT", "RELEASE")
_UNSTOPPABLE = " MATCH "  # full-text search works long between two of SQLite's steps


class TooLong(Exception):
    """It was stopped, and has changed nothing."""


class Brief:
    """Knows which statements are short."""

    def __init__(self) -> None:
        self._threaded: dict[str, int] = {}
        """How many runs each text still has to make in a thread."""
        self._turned = -math.inf

    def may(self, connection: sqlite3.Connection, sql: str, *, reads_only: bool) -> bool:
        """Whether to run this text at once; `reads_only`: its connection refuses to write."""
        stoppable = self._reads(sql, reads_only)
        left = self._threaded.get(sql, 0 if stoppable else PROVED)
        if left:
            self._remember(sql, left - 1)
        return left == 0 and (stoppable or reads_only or not _commits(connection, sql))

    def at_once(
        self,
        connection: sqlite3.Connection,
        sql: str,
        work: Callable[[sqlite3.Connection], T],
        *,
        reads_only: bool,
    ) -> T:
        """What `work` gives. Raises TooLong."""
        if not self._reads(sql, reads_only):
            return self.timed(connection, sql, work)
        end = time.perf_counter() + SECONDS
        connection.set_progress_handler(lambda: time.perf_counter() > end, STEPS)
        try:
            return self.timed(connection, sql, work)
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) != sqlite3.SQLITE_INTERRUPT:
                raise
            raise TooLong from error
        finally:
            connection.set_progress_handler(None, 0)

    def timed(self, connection: sqlite3.Connection, sql: str, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` gives, wherever it runs."""
        began = time.perf_counter()
        try:
            return work(connection)
        finally:
            if time.perf_counter() - began > SECONDS:
                self._remember(sql, HELD)

    def _reads(self, sql: str, reads_only: bool) -> bool:
        """Whether it can be stopped without harm."""
        return _UNSTOPPABLE not in sql and (reads_only or sql.lstrip().startswith(_READS))

    def _remember(self, sql: str, runs: int) -> None:
        if len(self._threaded) >= TEXTS:
            self._threaded.clear()
        self._threaded[sql] = runs

    def others_turn(self) -> bool:
        """Whether it is time for the event loop to look after others: a hop would have let it."""
        now = time.perf_counter()
        if now - self._turned < SECONDS:
            return False
        self._turned = now
        return True


def _commits(connection: sqlite3.Connection, sql: str) -> bool:
    """Whether it waits for the disk."""
    return sql == "COMMIT" or not (connection.in_transaction or sql.startswith("BEGIN"))
