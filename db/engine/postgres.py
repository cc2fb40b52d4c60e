"""PostgreSQL through one asyncpg pool, opened at the start, with a limit on every wait."""

import random
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import asyncpg

from db.engine.base import Database
from db.engine.errors import Contention, PoolExhausted, Refused
from db.engine.statements import note
from db.engine.transaction import Mode, Row, Session
from db.ids import NODES

_CONTENDED = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
)
_BEGIN = {Mode.WRITE: "BEGIN", Mode.READ: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
_TYPES = """
    SELECT attname, format_type(atttypid, NULL) AS type FROM pg_attribute
    WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped"""
INSERT_AT_ONCE = 5_000
STATEMENTS_KEPT = 512
NODE_LOCK = 7_236_002


class PostgresSession:
    """An asyncpg connection that speaks in dicts and in the errors of `db.engine.errors`."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def execute(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        with _translated():
            return [dict(row) for row in await self.connection.fetch(sql, *args)]

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        with _translated():
            await self.connection.executemany(sql, rows)


class PostgresDatabase(Database):
    """`url` is `postgresql://user:password@host:5432/name`.

    Waits, in seconds: `acquire` for a pooled connection, `statement` for one statement, `lock` for
    one row lock, `idle` for a transaction in which nothing happens.

    `pooler` is the same database behind a PgBouncer in transaction mode: statements go there, and `url` is for
    what belongs to one connection. Behind it a prepared statement may be gone with the next transaction, so
    none is kept, and the waits are for the role to set (docs/scaling.md).
    """

    mark = "$"

    def __init__(
        self,
        url: str,
        *,
        pooler: str = "",
        pool_min: int = 1,
        pool_max: int = 10,
        acquire: float = 10.0,
        statement: float = 30.0,
        lock: float = 5.0,
        idle: float = 60.0,
    ) -> None:
        self.pool: Any = None
        self._pooler = pooler
        self._node: Any = None
        self._sizes = {"min_size": pool_min, "max_size": pool_max}
        self._acquire_timeout = acquire
        self._names = {"application_name": "regulars", "timezone": "UTC"}
        self._settings = {
            **self._names,
            "statement_timeout": f"{statement * 1000:.0f}",
            "lock_timeout": f"{lock * 1000:.0f}",
            "idle_in_transaction_session_timeout": f"{idle * 1000:.0f}",
        }
        self._types: dict[str, dict[str, str]] = {}
        super().__init__("postgres", url)

    async def start(self) -> None:
        if self.pool is None:
            self.pool = await asyncpg.create_pool(
                self._pooler or self.url,
                **self._sizes,
                init=_teach,
                reset=_nothing_to_reset,
                statement_cache_size=0 if self._pooler else STATEMENTS_KEPT,
                server_settings=self._names if self._pooler else self._settings,
            )

    async def claim_node(self) -> int:
        self._node = await self.open()
        for number in random.sample(range(NODES), NODES):
            if await self._node.fetchval("SELECT pg_try_advisory_lock($1, $2)", NODE_LOCK, number):
                return number
        raise RuntimeError(f"{NODES} processes already use this database.")

    async def stop(self) -> None:
        if self._node is not None:
            node, self._node = self._node, None
            await node.close()
        if self.pool is not None:
            pool, self.pool = self.pool, None
            await pool.close()

    async def open(self, **settings: str) -> Any:
        """A connection outside the pool, for work longer than a request. Close it yourself."""
        connection = await asyncpg.connect(self.url, server_settings={**self._settings, **settings})
        await _teach(connection)
        return connection

    async def acquire(self, mode: Mode) -> Session:
        if self.pool is None:  # Piccolo's command line never starts a pool
            return PostgresSession(await self.open())
        try:
            return PostgresSession(await self.pool.acquire(timeout=self._acquire_timeout))
        except TimeoutError as error:
            raise PoolExhausted("The database is busy: no connection became free.") from error

    async def release(self, session: Session) -> None:
        assert isinstance(session, PostgresSession)
        connection = session.connection
        try:
            if not connection.is_closed() and connection.is_in_transaction():
                await connection.execute("ROLLBACK")
        finally:
            await (connection.close() if self.pool is None else self.pool.release(connection))

    def begin(self, mode: Mode) -> str:
        return _BEGIN[mode]

    async def insert(
        self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], suffix: str
    ) -> None:
        async with self.writing() as session:
            types = await self._column_types(session, table)
            arrays = ", ".join(f"${n}::{types[name]}[]" for n, name in enumerate(columns, 1))
            names = ", ".join(columns)
            sql = f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) {suffix}"
            for start in range(0, len(rows), INSERT_AT_ONCE):
                note(sql)
                chunk = rows[start : start + INSERT_AT_ONCE]
                await session.execute(sql, list(zip(*chunk, strict=True)))

    async def _column_types(self, session: Session, table: str) -> dict[str, str]:
        if table not in self._types:
            rows = await session.execute(_TYPES, (table,))
            self._types[table] = {row["attname"]: row["type"] for row in rows}
        return self._types[table]

    async def stream(self, sql: str, args: Sequence[Any], batch: int) -> AsyncIterator[Row]:
        note(sql)
        patient = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "600000"}
        connection = await self.open(**patient)
        try:
            with _translated():
                async with connection.transaction(isolation="repeatable_read", readonly=True):
                    async for row in connection.cursor(sql, *args, prefetch=batch):
                        yield dict(row)
        finally:
            await connection.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except _CONTENDED as error:
        raise Contention(error.args[0]) from None
    except asyncpg.IntegrityConstraintViolationError as error:
        # Its detail quotes the row, names and addresses included; the message names only the constraint.
        raise Refused(error.args[0]) from None


async def _teach(connection: Any) -> None:
    # sum() over BIGINT is NUMERIC, which asyncpg reads as Decimal; ours are whole numbers.
    await connection.set_type_codec(
        "numeric", schema="pg_catalog", encoder=str, decoder=_number, format="text"
    )


def _number(text: str) -> int | Decimal:
    return Decimal(text) if "." in text or "N" in text else int(text)


async def _nothing_to_reset(connection: Any) -> None:
    """`release` has rolled back, and nothing else changes a connection: spares a round trip."""
