"""What both engines share: a Piccolo engine whose statements and transactions are ours."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, NoReturn

from piccolo.engine.base import Engine
from piccolo.querystring import QueryString

from db.engine.statements import compiled, note
from db.engine.transaction import Mode, Row, Session, Transaction


class Database(Engine[Transaction]):
    """Persistent connections, safe transactions, and the raw statements of `db.engine`."""

    mark: str
    node: int
    """This process's number for `db.ids`, once claimed."""

    def __init__(self, engine_type: str, url: str) -> None:
        self.url = url
        self.current_transaction: ContextVar[Transaction | None] = ContextVar(
            f"{engine_type}_transaction", default=None
        )
        super().__init__(engine_type=engine_type, min_version_number=0)

    @abstractmethod
    async def start(self) -> None:
        """Open what every statement shares. Raises when the database can't be reached."""

    @abstractmethod
    async def stop(self) -> None:
        """Close every connection."""

    @abstractmethod
    async def claim_node(self) -> int:
        """A node number for `db.ids` that no other process on this database has, until `stop`."""

    @abstractmethod
    async def acquire(self, mode: Mode) -> Session:
        """A connection for one task. Raises PoolExhausted when none becomes free in time."""

    @abstractmethod
    async def release(self, session: Session) -> None:
        """Roll back what is still open and give the connection back, also while being cancelled."""

    @abstractmethod
    def begin(self, mode: Mode) -> str:
        """The statement that opens a transaction."""

    @abstractmethod
    async def insert(
        self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], suffix: str
    ) -> None:
        """Insert many rows inside the open transaction."""

    @abstractmethod
    def stream(self, sql: str, args: Sequence[Any], batch: int) -> AsyncIterator[Row]:
        """Rows of a query on a connection of its own, `batch` at a time."""

    def open_transaction(self) -> Transaction | None:
        """The transaction this task is in, if it is still running."""
        transaction = self.current_transaction.get()
        return None if transaction is None or transaction.done else transaction

    async def statement(self, template: str, args: Sequence[Any], mode: Mode) -> list[Row]:
        """Run a `{}` template in the open transaction, or on its own."""
        return await self.execute(compiled(template, self.mark), args, mode)

    async def execute(self, sql: str, args: Sequence[Any], mode: Mode) -> list[Row]:
        """Run a compiled statement in the open transaction, or on its own."""
        note(sql)
        transaction = self.open_transaction()
        if transaction is not None:
            return await transaction.session.execute(sql, args)
        session = await self.acquire(mode)
        try:
            return await session.execute(sql, args)
        finally:
            await self.release(session)

    async def run_many(self, template: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a `{}` template once for every row, in the open transaction, or in one of its own."""
        sql = compiled(template, self.mark)
        note(sql)
        async with self.writing() as session:
            await session.execute_many(sql, rows)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Session]:
        """The open transaction's connection, or one in a transaction of its own.

        No savepoint: a statement that is refused ends the verb that made it.
        """
        transaction = self.open_transaction()
        if transaction is not None:
            yield transaction.session
            return
        async with self.transaction() as transaction:
            yield transaction.session

    # --- what Piccolo's query builder calls

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> list[dict[str, Any]]:
        sql, args = querystring.compile_string(engine_type=self.engine_type)
        reads = sql.lstrip()[:6].upper() == "SELECT"
        return await self.execute(sql, args, Mode.READ if reads else Mode.WRITE)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[dict[str, Any]]:
        return await self.execute(ddl, (), Mode.WRITE)

    def transaction(self, mode: Mode = Mode.WRITE, **piccolo: Any) -> Transaction:
        """A new transaction. Piccolo's own options (its lock type, its no-op nesting) don't apply."""
        return Transaction(self, mode)

    def transaction_exists(self) -> bool:
        return self.open_transaction() is not None

    async def batch(self, query: Any, batch_size: int = 100, node: str | None = None) -> NoReturn:
        raise NotImplementedError("Use db.engine.stream(): Piccolo's batches hang on SQLite.")

    def atomic(self) -> NoReturn:
        raise NotImplementedError("Use `async with db.engine.atomic():`.")

    async def get_version(self) -> float:
        return 0.0

    def get_version_sync(self) -> float:
        return 0.0

    async def prep_database(self) -> None:
        """Nothing to prepare: migrations own the schema."""

    async def start_connection_pool(self) -> None:
        await self.start()

    async def close_connection_pool(self) -> None:
        await self.stop()
