"""Short statements run where they are called: the hop into a thread and back costs ten times what they do.

A read that isn't over in time is stopped and begun again in its thread, and its text goes there at once for a
while. What writes goes there always: SQLite takes the whole transaction back when one of its writes is stopped.
"""

import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SECONDS = 0.005
"""How long a read may keep the event loop from others: about what drawing a page does."""
STEPS = 1_000
"""SQLite's own steps between two looks at the clock, some twenty microseconds."""
HELD = 1_000
"""How many runs of a text that took too long go to the thread before it is tried again."""
TEXTS = 4_096

_READS = ("SELECT", "SAVEPOINT", "RELEASE", "BEGIN DEFERRED")
_UNSTOPPABLE = " MATCH "  # full-text search works long between two of its steps


class TooLong(Exception):
    """It was stopped, and has changed nothing."""


class Brief:
    """Knows which statements are worth a try."""

    def __init__(self) -> None:
        self._held: dict[str, int] = {}
        self._spent = 0.0

    def may(self, sql: str, *, reads_only: bool) -> bool:
        """Whether to try this text at once; `reads_only`: its connection refuses to write."""
        left = self._held.get(sql)
        if left is not None:
            self._held[sql] = left - 1
            if left == 0:
                del self._held[sql]
            return False
        return (reads_only or sql.lstrip().startswith(_READS)) and _UNSTOPPABLE not in sql

    def run(self, connection: sqlite3.Connection, sql: str, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` gives. Raises TooLong."""
        began = time.perf_counter()
        end = began + SECONDS
        connection.set_progress_handler(lambda: time.perf_counter() > end, STEPS)
        try:
            return work(connection)
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) != sqlite3.SQLITE_INTERRUPT:
                raise
            raise TooLong from error
        finally:
            connection.set_progress_handler(None, 0)
            took = time.perf_counter() - began
            self._spent += took
            if took > SECONDS:
                self._hold(sql)

    def _hold(self, sql: str) -> None:
        if len(self._held) >= TEXTS:
            self._held.clear()
        self._held[sql] = HELD

    def others_turn(self) -> bool:
        """Whether statements one after the other have kept the event loop long enough for somebody else to go on."""
        if self._spent < SECONDS:
            return False
        self._spent = 0.0
        return True
