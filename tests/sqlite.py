"""A SQLite file for the test run, kept from test to test."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from db.engine.slots import Slot
from db.engine.sqlite import PRAGMAS, SQLiteDatabase

T = TypeVar("T")

# The files are thrown away afterwards: nothing they hold has to survive a power cut.
PRAGMAS["synchronous"] = "off"

_TABLES = """SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
    AND name NOT IN ('migration', 'sqlite_schema')"""


class Bench:
    """A migrated file, emptied before each test."""

    def __init__(self, template: Path, path: Path) -> None:
        shutil.copyfile(template, path)
        self.url = f"sqlite:///{path}"
        self._connection = SQLiteDatabase(self.url).open()
        self._connection.execute("PRAGMA foreign_keys = off")
        self._connection.set_authorizer(_past_refusals)
        self._filled = " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})"
            for (table,) in self._connection.execute(_TABLES).fetchall()
        )

    def empty(self) -> None:
        """Delete every row, walking past the append-only triggers: 1 ms."""
        self._connection.execute("BEGIN IMMEDIATE")
        for (table,) in self._connection.execute(self._filled).fetchall():
            self._connection.execute(f"DELETE FROM {table}")
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


class _Turn(Slot):
    async def hop(self, work: Callable[[sqlite3.Connection], T], *, stop: bool = True) -> T:
        await asyncio.sleep(0)
        return await super().hop(work, stop=stop)


class InTurn(SQLiteDatabase):
    """Runs statements on the event loop, one at a time, and lets other tasks have a turn before each.

    A hop into a thread and back takes four times as long as a usual statement.
    """

    slot = _Turn

    def __init__(self, url: str) -> None:
        super().__init__(url, threaded=False)


def _past_refusals(action: int, _1: str | None, _2: str | None, _3: str | None, trigger: str | None) -> int:
    """Leave out of a trigger what it refuses with, its SELECT."""
    return sqlite3.SQLITE_IGNORE if trigger and action == sqlite3.SQLITE_SELECT else sqlite3.SQLITE_OK
