"""The one door to the database. Nothing else opens a connection or a transaction.

    await connect("sqlite:////var/lib/regulars/shop.sqlite")     # or postgresql://…
    async with atomic():                                         # nested: a savepoint
        account = await one("SELECT … WHERE programme_id = {} AND id = {}", programme_id, id)
        await run("UPDATE … WHERE programme_id = {}", programme_id)

SQL is one text for both engines with `{}` for a value. Booleans come back as bool, BIGINT as int,
TIMESTAMPTZ as aware UTC datetimes; JSON as text for `loads`, moments out of expressions for `moment`.
Where PostgreSQL can't infer a value's type, write `CAST({} AS BIGINT)`: both engines accept it.
"""

import asyncio
import functools
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from typing import Any, ParamSpec, TypeVar

from piccolo.table import TABLE_REGISTRY

from db.engine import sets
from db.engine.base import Database
from db.engine.errors import Contention, PoolExhausted, Refused
from db.engine.statements import compiled, watched
from db.engine.transaction import Mode, Row, Transaction
from db.engine.values import loads, moment
from db.ids import use_node

__all__ = [
    "Contention",
    "Database",
    "Mode",
    "PoolExhausted",
    "Refused",
    "Row",
    "atomic",
    "connect",
    "database_for",
    "disconnect",
    "engine",
    "for_lock",
    "hold",
    "in_transaction",
    "insert_many",
    "is_sqlite",
    "join_widely",
    "loads",
    "moment",
    "one",
    "one_of",
    "retried",
    "rows",
    "run",
    "run_many",
    "snapshot",
    "stream",
    "take_time",
    "use",
    "value",
    "watched",
]

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 5
_current: Database | None = None


def database_for(url: str, **options: Any) -> Database:
    """The engine a URL names, not yet connected. Raises ValueError for an unknown kind of URL."""
    if url.startswith("sqlite:///"):
        from db.engine.sqlite import SQLiteDatabase

        return SQLiteDatabase(url, **options)
    if url.startswith(("postgresql://", "postgres://")):
        from db.engine.postgres import PostgresDatabase

        return PostgresDatabase(url, **options)
    raise ValueError("The database URL must begin with sqlite:/// or postgresql://")


async def connect(url: str, **options: Any) -> Database:
    """Open the database every statement of this process uses from now on.

    `options` go to the engine (`readers` or `pool_min`, `pool_max` and the timeouts).
    """
    if _current is not None:
        await disconnect()
    database = database_for(url, **options)
    await database.start()
    database.node = await database.claim_node()
    use(database)
    return database


def use(database: Database | None) -> None:
    """Let every statement of this process go to `database`, which has started and has its node; None: to none."""
    global _current
    _current = database
    if database is not None:
        use_node(database.node)
        for table in TABLE_REGISTRY:
            table._meta.db = database


async def disconnect() -> None:
    """Close every connection. Statements after it fail until the next `connect`."""
    if (database := _current) is not None:
        use(None)
        await database.stop()


def engine() -> Database:
    """The connected engine. Raises RuntimeError when there is none."""
    if _current is None:
        raise RuntimeError("No database is connected: call db.engine.connect(url) first.")
    return _current


def is_sqlite() -> bool:
    return engine().engine_type == "sqlite"


def in_transaction() -> bool:
    return engine().open_transaction() is not None


def atomic() -> Transaction:
    """A write transaction; inside another one a savepoint.

    Take the account's row lock first: PostgreSQL runs READ COMMITTED, SQLite BEGIN IMMEDIATE.
    """
    return engine().transaction(Mode.WRITE)


def snapshot() -> Transaction:
    """One unchanging view of the data, for reading only.

    Inside `atomic()` it joins it, so it sees that transaction's own writes.
    """
    return engine().transaction(Mode.READ)


async def take_time() -> None:
    """Lift the limit on one statement's time until the transaction ends: for a proof over everything."""
    if not is_sqlite():
        await rows("SET LOCAL statement_timeout = 0")


async def join_widely() -> None:
    """Join whole sets until the transaction ends: for statements about thousands of people at once.

    PostgreSQL's planner knows nothing of rows that are new or still uncommitted, takes thousands for one, and
    then reads the same sum again for each. Plans it made while a table was nearly empty are thrown away.
    SQLite builds its own index for such a join.
    """
    if not is_sqlite():
        await rows("DISCARD PLANS")
        await rows("SET LOCAL enable_nestloop = off")


async def hold(*name: object) -> None:
    """Take a lock by name until the transaction ends, for a thing that may have no row to lock yet.

    Two transactions that hold the same name run one after the other. SQLite's one writer is that lock.
    """
    if not is_sqlite():
        await run("SELECT pg_advisory_xact_lock(hashtextextended({}, 0))", "/".join(map(str, name)))


def retried(verb: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Run the whole verb again when the database was contended, then give up with Contention.

    Inside a transaction it runs once: only the outermost verb can start over.
    """

    @functools.wraps(verb)
    async def again(*args: P.args, **kwargs: P.kwargs) -> T:
        for attempt in range(ATTEMPTS - 1):
            try:
                return await verb(*args, **kwargs)
            except PoolExhausted:
                raise
            except Contention:
                if in_transaction():
                    raise
            await asyncio.sleep(random.uniform(0, 0.02 * 2**attempt))
        return await verb(*args, **kwargs)

    return again


async def rows(sql: str, *args: Any) -> list[Row]:
    """The rows of a query. Outside a transaction it runs on a connection that can't write."""
    return await engine().statement(sql, args, Mode.READ)


async def one(sql: str, *args: Any) -> Row | None:
    """The first row of a query, or None."""
    found = await rows(sql, *args)
    return found[0] if found else None


async def value(sql: str, *args: Any) -> Any:
    """The first column of the first row, or None."""
    found = await rows(sql, *args)
    return next(iter(found[0].values())) if found else None


async def run(sql: str, *args: Any) -> list[Row]:
    """Write, and return the rows of RETURNING. Outside a transaction the one statement commits."""
    return await engine().statement(sql, args, Mode.WRITE)


async def run_many(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Write the same statement for every row of values, in one transaction and one journey."""
    if rows:
        await engine().run_many(sql, rows)


async def insert_many(
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    on_conflict: str | None = None,
) -> None:
    """Insert many rows at once. `on_conflict="DO NOTHING"` skips those that are already there."""
    if rows:
        suffix = f"ON CONFLICT {on_conflict}" if on_conflict else ""
        await engine().insert(table, columns, rows, suffix)


def one_of(column: str, values: Sequence[Any], type_: str = "BIGINT") -> sets.Part:
    """SQL that `column` is one of `values`, and the one value it takes however many they are."""
    return sets.one_of(column, values, type_, sqlite=is_sqlite())


def for_lock() -> str:
    """How a SELECT ends that locks the rows it finds, in the order it finds them. SQLite's one writer is that lock."""
    return "" if is_sqlite() else " FOR NO KEY UPDATE"


def stream(sql: str, *args: Any, batch: int = 500) -> AsyncIterator[Row]:
    """Rows of any number, `batch` in memory at a time, in one view, on a connection of its own.

    It doesn't see an open transaction's writes. Stopping early: `contextlib.aclosing`.
    """
    database = engine()
    return database.stream(compiled(sql, database.mark), args, batch)
