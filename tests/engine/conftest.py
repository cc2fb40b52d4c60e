"""A scratch table, so that the engine is tested without the shop's schema."""

from collections.abc import AsyncIterator

import pytest

from db.engine import Database, insert_many, run, value


class Counters:
    """Two rows, `left` and `right`, each with a whole number `n` that starts at 0."""

    async def add(self, name: str = "left", points: int = 1) -> None:
        await run("UPDATE counters SET n = n + {} WHERE name = {}", points, name)

    async def read(self, name: str = "left") -> int:
        return int(await value("SELECT n FROM counters WHERE name = {}", name))


@pytest.fixture
async def counters(db: Database) -> AsyncIterator[Counters]:
    await run("DROP TABLE IF EXISTS counters")
    await run("CREATE TABLE counters (name TEXT PRIMARY KEY, n BIGINT NOT NULL)")
    await insert_many("counters", ["name", "n"], [("left", 0), ("right", 0)])
    yield Counters()
    await run("DROP TABLE counters")
