"""SQLite in WAL mode: one writer, several readers that can only read, all kept open."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from db.engine.base import Database
from db.engine.brief import Brief
from db.engine.nodes import Claim, claim
from db.engine.slots import Slot, SlotQueue
from db.engine.statements import note
from db.engine.transaction import Mode, Row, Session

# Piccolo, imported above, has registered its conversions; this one went through Decimal for every cell.
sqlite3.register_converter("INTEGER", int)

PRAGMAS = {
    "busy_timeout": 5000,
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": "on",
    "recursive_triggers": "on",  # else INSERT OR REPLACE walks past the no-delete triggers
    "cache_size": -16384,
    "mmap_size": 268435456,
    "temp_store": "memory",
}
_BEGIN = {Mode.WRITE: "BEGIN IMMEDIATE", Mode.READ: "BEGIN DEFERRED"}


class SQLiteDatabase(Database):
    """`url` is `sqlite:///relative.db` or `sqlite:////absolute.db`."""

    mark = "?"
    slot = Slot
    """What keeps a connection."""

    def __init__(
        self,
        url: str,
        *,
        readers: int = 4,
        patience: float = 5.0,
        queue_patience: float = 30.0,
        threaded: bool = True,
    ) -> None:
        """`threaded` False runs statements on the event loop: three times as fast for one long import,
        wrong for a server, which must answer others meanwhile.
        """
        self.path = Path(url.removeprefix("sqlite:///"))
        self._node: Claim | None = None
        self._threads = ThreadPoolExecutor(readers + 1, thread_name_prefix="sqlite") if threaded else None
        self._brief = Brief() if threaded else None
        self._patience = patience
        self._writers = SlotQueue([self._slot(Mode.WRITE)], queue_patience)
        self._readers = SlotQueue([self._slot(Mode.READ) for _ in range(readers)], queue_patience)
        super().__init__("sqlite", url)

    def _slot(self, mode: Mode) -> Slot:
        return self.slot(
            lambda: self.open(mode), self._threads, self._patience, self._brief, reads_only=mode is Mode.READ
        )

    def open(self, mode: Mode = Mode.WRITE) -> sqlite3.Connection:
        """A new connection with our pragmas. Readers refuse to write; the writer never naps inside
        SQLite, because `Slot` waits more fairly."""
        connection = sqlite3.connect(
            self.path,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
            detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES,
        )
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}").fetchall()
        last = "query_only=on" if mode is Mode.READ else "busy_timeout=0"
        connection.execute(f"PRAGMA {last}").fetchall()
        return connection

    async def start(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        await self.execute("SELECT 1", (), Mode.WRITE)

    async def stop(self) -> None:
        if self._node is not None:
            self._node.release()
        for slot in (*self._readers.slots, *self._writers.slots):
            slot.close()
        if self._threads is not None:
            self._threads.shutdown(wait=False)

    async def claim_node(self) -> int:
        self._node = claim(self.path.with_name(self.path.name + "-nodes"))
        return self._node.number

    async def acquire(self, mode: Mode) -> Session:
        return await (self._writers if mode is Mode.WRITE else self._readers).take()

    async def release(self, session: Session) -> None:
        assert isinstance(session, Slot)
        try:
            if session.in_transaction:
                await session.execute("ROLLBACK")
        finally:
            queue = self._writers if session in self._writers.slots else self._readers
            queue.give_back(session)

    def begin(self, mode: Mode) -> str:
        return _BEGIN[mode]

    async def insert(
        self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], suffix: str
    ) -> None:
        marks = ", ".join("?" for _ in columns)
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) {suffix}"
        note(sql)
        async with self.writing() as session:
            await session.execute_many(sql, rows)

    async def stream(self, sql: str, args: Sequence[Any], batch: int) -> AsyncIterator[Row]:
        note(sql)
        with ThreadPoolExecutor(1, thread_name_prefix="sqlite-stream") as thread:
            slot = Slot(lambda: self.open(Mode.READ), thread, self._patience)
            try:
                cursor = await slot.hop(lambda c: c.execute(sql, args))
                names = [column[0] for column in cursor.description]
                while rows := await slot.hop(lambda _: cursor.fetchmany(batch)):
                    for row in rows:
                        yield dict(zip(names, row, strict=True))
            finally:
                slot.close()
