"""Short statements run on the event loop, and nothing else does."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db.engine import brief
from db.engine.sqlite import SQLiteDatabase
from db.engine.transaction import Mode

LONG = """SELECT max(i) AS most, thread() AS thread FROM (WITH RECURSIVE n (i) AS
    (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) SELECT i FROM n)"""
SHORT = "SELECT n, thread() AS thread FROM counters WHERE name = {}"


class Telling(SQLiteDatabase):
    """Its statements can ask for the thread they run in."""

    def open(self, mode: Mode = Mode.WRITE) -> sqlite3.Connection:
        connection = super().open(mode)
        connection.create_function("thread", 0, threading.get_ident)
        return connection

    async def where(self, sql: str, *args: object, mode: Mode = Mode.READ) -> bool:
        """Whether it runs where it is called."""
        (row,) = await self.statement(sql, args, mode)
        return row["thread"] == threading.get_ident()


@pytest.fixture
async def told(tmp_path: Path) -> AsyncIterator[Telling]:
    database = Telling(f"sqlite:///{tmp_path / 'told.sqlite'}", readers=1)
    await database.start()
    await database.run_ddl("CREATE TABLE counters (name TEXT PRIMARY KEY, n INTEGER NOT NULL)")
    await database.run_ddl("INSERT INTO counters VALUES ('left', 0)")
    await database.where(SHORT, "left")  # a connection is opened in its thread
    yield database
    await database.stop()


async def test_a_short_read_runs_where_it_is_called(told: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brief, "SECONDS", 60)
    assert await told.where(SHORT, "left")
    async with told.transaction():
        assert await told.where(SHORT, "left")


async def test_a_long_read_is_begun_again_in_a_thread_and_goes_there_at_once_for_a_while(
    told: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brief, "HELD", 1)
    (row,) = await told.statement(LONG, (), Mode.READ)
    assert (row["most"], row["thread"] != threading.get_ident()) == (400_000, True)
    monkeypatch.setattr(brief, "SECONDS", 60)
    assert [await told.where(LONG) for _ in range(2)] == [False, True]


async def test_what_writes_runs_in_a_thread_until_it_has_proved_short(
    told: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = "UPDATE counters SET n = n + 1 WHERE name = {} RETURNING n, thread() AS thread"
    monkeypatch.setattr(brief, "PROVED", 2)
    monkeypatch.setattr(brief, "HELD", 1)
    monkeypatch.setattr(brief, "SECONDS", 60)
    async with told.transaction():
        assert [await told.where(add, "left", mode=Mode.WRITE) for _ in range(3)] == [False, False, True]
        monkeypatch.setattr(brief, "SECONDS", 0)  # this time it takes too long
        assert await told.where(add, "left", mode=Mode.WRITE)
        monkeypatch.setattr(brief, "SECONDS", 60)
        assert [await told.where(add, "left", mode=Mode.WRITE) for _ in range(2)] == [False, True]
    assert await told.statement("SELECT n FROM counters WHERE name = 'left'", (), Mode.READ) == [{"n": 6}]


def test_what_waits_for_the_disk_is_never_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brief, "PROVED", 0)
    known, connection = brief.Brief(), sqlite3.connect(":memory:", isolation_level=None)
    write = "CREATE TABLE t (a)"
    assert not known.may(connection, write, reads_only=False), "it commits by itself"
    assert known.may(connection, "BEGIN IMMEDIATE", reads_only=False)
    connection.execute("BEGIN IMMEDIATE")
    assert known.may(connection, write, reads_only=False)
    assert not known.may(connection, "COMMIT", reads_only=False)
    assert known.may(connection, "COMMIT", reads_only=True)
    connection.close()


async def test_a_read_that_is_stopped_leaves_what_its_transaction_wrote(told: Telling) -> None:
    async with told.transaction():
        await told.statement("UPDATE counters SET n = 7 WHERE name = 'left'", (), Mode.WRITE)
        assert not await told.where(LONG)
        assert await told.statement("SELECT n FROM counters WHERE name = 'left'", (), Mode.READ) == [{"n": 7}]
    assert await told.statement("SELECT n FROM counters WHERE name = 'left'", (), Mode.READ) == [{"n": 7}]


async def test_others_have_their_turn_between_short_reads(
    told: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def read(times: int) -> int:
        before = turns
        for _ in range(times):
            assert await told.where(SHORT, "left")
        return turns - before

    monkeypatch.setattr(brief, "SECONDS", 60)  # the first of all may let others go on
    beside = asyncio.create_task(other())
    await read(1)
    assert await read(100) == 0
    monkeypatch.setattr(brief.Brief, "others_turn", lambda _: True)
    assert await read(100) == 100
    beside.cancel()


def test_it_is_others_turn_when_statements_have_gone_on_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    known = brief.Brief()
    monkeypatch.setattr(brief, "SECONDS", 60)
    assert [known.others_turn() for _ in range(3)] == [True, False, False]
    monkeypatch.setattr(brief, "SECONDS", 0)
    assert known.others_turn()


async def test_a_refused_statement_is_refused_once(told: Telling) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await told.statement("SELECT 1 FROM nowhere", (), Mode.READ)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await told.statement("DELETE FROM counters", (), Mode.READ)
