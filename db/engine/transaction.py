"""A transaction that gives its connection back whatever happens, and nests as a savepoint."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import Token
from enum import StrEnum
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Protocol

from piccolo.engine.base import BaseTransaction

if TYPE_CHECKING:
    from db.engine.base import Database

Row = dict[str, Any]


class Mode(StrEnum):
    READ = "read"
    WRITE = "write"


class Session(Protocol):
    """One connection, held by one task at a time."""

    async def execute(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """Run one compiled statement and return its rows."""

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one compiled statement for every row."""


class Transaction(BaseTransaction):
    """`async with` it. Inside another one it is a savepoint, so only its own part is undone.

    A finished transaction may stay behind in the context of a task started inside it; `done` says
    that it must be ignored.
    """

    session: Session

    def __init__(self, database: Database, mode: Mode) -> None:
        self.database = database
        self.mode = mode
        self.done = False
        self._depth = 0
        self._outer: Transaction | None = None
        self._token: Token[Transaction | None] | None = None

    async def __aenter__(self) -> Transaction:
        self._outer = self.database.open_transaction()
        if self._outer is not None:
            await self._enter_inside(self._outer)
            return self
        self.session = await self.database.acquire(self.mode)
        try:
            await self.session.execute(self.database.begin(self.mode))
        except BaseException:
            await self.database.release(self.session)
            raise
        self._token = self.database.current_transaction.set(self)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> Literal[False]:
        if self._outer is not None:
            await self._leave_inside(self._outer, undo=error is not None)
            return False
        try:
            if error is None:
                await self.session.execute("COMMIT")
        finally:
            self.done = True
            self._forget()
            await self.database.release(self.session)
        return False

    async def _enter_inside(self, outer: Transaction) -> None:
        if self.mode is Mode.WRITE and outer.mode is Mode.READ:
            raise RuntimeError("atomic() can't be opened inside snapshot(): it only reads.")
        self.session = outer.session
        self._depth = outer._depth + 1
        if self.mode is Mode.WRITE:
            await self.session.execute(f"SAVEPOINT inner_{self._depth}")
            outer._depth = self._depth

    async def _leave_inside(self, outer: Transaction, *, undo: bool) -> None:
        if self.mode is Mode.READ or outer.done:
            return
        outer._depth = self._depth - 1
        if undo:
            await self.session.execute(f"ROLLBACK TO SAVEPOINT inner_{self._depth}")
        await self.session.execute(f"RELEASE SAVEPOINT inner_{self._depth}")

    def _forget(self) -> None:
        assert self._token is not None
        try:
            self.database.current_transaction.reset(self._token)
        except ValueError:  # left in another context than entered: a generator dependency
            self.database.current_transaction.set(None)
