"""One SQL text for both engines, and values that come back as what they were."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime

import pytest

from db.engine import Database, insert_many, is_sqlite, loads, moment, one, rows, run, stream, value, watched
from db.engine.statements import compiled

THEN = datetime(2011, 12, 9, 12, 50, 0, 123456, tzinfo=UTC)
COLUMNS = ["id", "yes", "at", "facts"]


@pytest.fixture
async def things(db: Database) -> AsyncIterator[None]:
    await run("DROP TABLE IF EXISTS things")
    await run("CREATE TABLE things (id BIGINT PRIMARY KEY, yes BOOLEAN, at TIMESTAMPTZ, facts JSONB)")
    yield
    await run("DROP TABLE things")


def test_marks_are_numbered_for_each_engine() -> None:
    assert compiled("a = {} AND b = {}", "$") == "a = $1 AND b = $2"
    assert compiled("a = {1} OR b = {0} OR c = {1}", "?") == "a = ?2 OR b = ?1 OR c = ?2"
    assert compiled("facts = '{{}}'", "?") == "facts = '{}'"
    with pytest.raises(ValueError, match="Only"):
        compiled("a = {name}", "?")


@pytest.mark.usefixtures("things")
async def test_values_come_back_as_what_they_were() -> None:
    big = 2**62 + 1
    await run(
        "INSERT INTO things (id, yes, at, facts) VALUES ({}, {}, {}, {})", big, True, THEN, '{"a": [1]}'
    )
    thing = await one("SELECT * FROM things WHERE id = {}", big)
    assert thing is not None
    assert (thing["id"], thing["yes"], thing["at"]) == (big, True, THEN)
    assert thing["yes"] is True
    assert loads(thing["facts"]) == {"a": [1]}
    assert moment(await value("SELECT max(at) FROM things")) == THEN
    total = await value("SELECT sum(id) FROM things")
    assert total == big
    assert isinstance(total, int)
    assert await value("SELECT CAST({} AS BIGINT) + 1", 41) == 42


@pytest.mark.usefixtures("things")
async def test_returning_is_typed_too() -> None:
    stored = await run("INSERT INTO things (id, yes, at) VALUES (1, {}, {}) RETURNING yes, at", False, THEN)
    assert stored == [{"yes": False, "at": THEN}]
    assert await one("SELECT id FROM things WHERE id = {}", 2) is None
    assert await value("SELECT id FROM things WHERE id = {}", 2) is None


@pytest.mark.usefixtures("things")
async def test_many_rows_go_in_at_once_and_duplicates_can_be_skipped() -> None:
    many = [(n, n % 2 == 0, THEN, "[]") for n in range(12_000)]
    await insert_many("things", COLUMNS, many)
    await insert_many("things", COLUMNS, [*many[:10], (12_000, None, None, None)], on_conflict="DO NOTHING")
    await insert_many("things", COLUMNS, [])
    assert await value("SELECT count(*) FROM things") == 12_001
    assert await value("SELECT count(*) FROM things WHERE yes") == 6_000


@pytest.mark.usefixtures("things")
async def test_a_stream_gives_every_row_of_one_view_and_can_be_left_early() -> None:
    await insert_many("things", ["id"], [(n,) for n in range(1_200)])
    seen = []
    async for row in stream("SELECT id FROM things WHERE id >= {} ORDER BY id", 100, batch=100):
        if not seen:
            await run("DELETE FROM things WHERE id > 500")
        seen.append(row["id"])
    assert seen == list(range(100, 1_200))
    async with aclosing(stream("SELECT id FROM things", batch=10)) as some:
        assert await anext(some)
    await run("DELETE FROM things")
    assert await rows("SELECT id FROM things") == []


async def test_reading_outside_a_transaction_can_not_write_on_sqlite(db: Database) -> None:
    if is_sqlite():
        with pytest.raises(Exception, match="readonly"):
            await rows("CREATE TABLE sneaky (id BIGINT)")


async def test_statements_can_be_counted(db: Database) -> None:
    with watched() as seen:
        await value("SELECT 1")
        await value("SELECT 2")
    await value("SELECT 3")
    assert seen == ["SELECT 1", "SELECT 2"]
