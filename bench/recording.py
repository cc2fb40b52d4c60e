"""What our verbs write, kept statement by statement, so that the bare driver can do the same transactions.

The engine in use is ours but for its ears: every transaction that commits is kept as the statements that wrote
and took locks, with their values. What only reads is left out: a transaction in raw SQL needs none of it.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from db.engine import use
from db.engine.base import Database
from db.engine.postgres import PostgresDatabase, PostgresSession
from db.engine.slots import Slot
from db.engine.sqlite import PRAGMAS, SQLiteDatabase
from db.engine.transaction import Mode, Session


@dataclass(frozen=True, slots=True)
class Wrote:
    """One statement and its values; with `rows`, once for each of them."""

    sql: str
    args: Sequence[Any] = ()
    rows: Sequence[Sequence[Any]] | None = None


Done = list[Wrote]
"""What one transaction wrote."""


class Ear:
    """Hears the statements of one database."""

    def __init__(self) -> None:
        self._done: list[Done] = []

    def take(self) -> list[Done]:
        """The transactions committed since the last time, in that order."""
        done, self._done = self._done, []
        return done

    def hear(self, open_: Done | None, wrote: Wrote) -> Done | None:
        """What is open on a connection after this statement."""
        word = wrote.sql.split(maxsplit=1)[0].upper()
        if word == "BEGIN":
            return []
        if word in ("COMMIT", "ROLLBACK") and "SAVEPOINT" not in wrote.sql:
            if word == "COMMIT" and open_:
                self._done.append(open_)
            return None
        if word not in ("SELECT", "WITH", "SET"):
            if open_ is None:
                self._done.append([wrote])
            else:
                open_.append(wrote)
        return open_


class HeardSlot(Slot):
    ear: Ear
    open_: Done | None = None

    async def execute(self, sql: str, args: Sequence[Any] = ()) -> list[dict[str, Any]]:
        found = await super().execute(sql, args)
        self.open_ = self.ear.hear(self.open_, Wrote(sql, args))
        return found

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        await super().execute_many(sql, rows)
        self.open_ = self.ear.hear(self.open_, Wrote(sql, rows=rows))


class HeardSQLite(SQLiteDatabase):
    slot = HeardSlot

    def __init__(self, url: str, **options: Any) -> None:
        self.ear = Ear()
        super().__init__(url, **options)

    def _slot(self, mode: Mode) -> Slot:
        slot = super()._slot(mode)
        assert isinstance(slot, HeardSlot)
        slot.ear = self.ear
        return slot


class HeardSession(PostgresSession):
    def __init__(self, connection: Any, ear: Ear) -> None:
        super().__init__(connection)
        self._ear = ear
        self._open: Done | None = None

    async def execute(self, sql: str, args: Sequence[Any] = ()) -> list[dict[str, Any]]:
        found = await super().execute(sql, args)
        self._open = self._ear.hear(self._open, Wrote(sql, args))
        return found


class HeardPostgres(PostgresDatabase):
    def __init__(self, url: str, **options: Any) -> None:
        self.ear = Ear()
        super().__init__(url, **options)

    async def acquire(self, mode: Mode) -> Session:
        session = await super().acquire(mode)
        assert isinstance(session, PostgresSession)
        return HeardSession(session.connection, self.ear)


async def connect_heard(url: str) -> tuple[Database, Ear]:
    """Let every statement of this process go to this database, and be heard."""
    kind = HeardSQLite if url.startswith("sqlite") else HeardPostgres
    database = kind(url)
    await database.start()
    database.node = await database.claim_node()
    use(database)
    return database, database.ear


class BareSQLite:
    """The same transactions by sqlite3, one after the other, where they are called."""

    def __init__(self, url: str) -> None:
        path = url.removeprefix("sqlite:///")
        self._connection = sqlite3.connect(path, isolation_level=None, cached_statements=512)
        for name, value in PRAGMAS.items():
            self._connection.execute(f"PRAGMA {name}={value}").fetchall()

    async def do(self, transaction: Done) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for wrote in transaction:
            if wrote.rows is None:
                self._connection.execute(wrote.sql, wrote.args).fetchall()
            else:
                self._connection.executemany(wrote.sql, wrote.rows)
        self._connection.execute("COMMIT")

    async def close(self) -> None:
        self._connection.close()


class BarePostgres:
    """The same transactions by asyncpg, on a pool as large as ours."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def do(self, transaction: Done) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            for wrote in transaction:
                await connection.fetch(wrote.sql, *wrote.args)

    async def close(self) -> None:
        await self._pool.close()


async def connect_bare(url: str) -> BareSQLite | BarePostgres:
    if url.startswith("sqlite"):
        return BareSQLite(url)
    return BarePostgres(await asyncpg.create_pool(url, min_size=1, max_size=10, statement_cache_size=512))
