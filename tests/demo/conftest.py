"""The demo shop played small, once a run: the cast and forty customers. Each test gets a copy."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from db.engine import connect, disconnect, rows
from loyalty.demo.play import play

UNTIL = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
FEW = 40


class Shop:
    """Questions about the demo shop that is open now."""

    def __init__(self, programme_id: int) -> None:
        self.programme_id = programme_id

    async def ask(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        """Rows of a query whose first value is the programme."""
        return await rows(sql, self.programme_id, *args)

    async def words(self, sql: str, *args: Any) -> set[Any]:
        """The first column."""
        return {next(iter(row.values())) for row in await self.ask(sql, *args)}

    async def person(self, email: str) -> dict[str, Any]:
        (row,) = await self.ask("SELECT * FROM customers WHERE programme_id = {} AND email = {}", email)
        return row


@dataclass(frozen=True)
class Played:
    """A database file with the demo shop in it, and the days that progress was told of."""

    path: Path
    days: tuple[int, ...]


@pytest.fixture(scope="session")
def played(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Played:
    path = tmp_path_factory.mktemp("demo") / "regulars.sqlite"
    shutil.copyfile(sqlite_template, path)
    days: list[int] = []
    asyncio.run(_play(f"sqlite:///{path}", days))
    return Played(path, tuple(days))


@pytest.fixture
async def shop(played: Played, tmp_path: Path) -> AsyncIterator[Shop]:
    path = tmp_path / "regulars.sqlite"
    shutil.copyfile(played.path, path)
    await connect(f"sqlite:///{path}")
    (row,) = await rows("SELECT programme_id FROM programmes WHERE handle = 'juniper-rye'")
    yield Shop(row["programme_id"])
    await disconnect()


async def _play(url: str, days: list[int]) -> None:
    await connect(url)
    try:
        await play(until=UNTIL, customers=FEW, progress=days.append)
    finally:
        await disconnect()
