"""`migrate` leaves a database before or after an upgrade, never in between."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from db import ddl
from db import migrate as migrations
from db.engine import Database, Refused, connect, disconnect, rows, run, value
from db.migrate import NewerSchema, known_migrations, migrate, pending
from loyalty.clock import now
from tests import postgres
from tests.house.places import ROOT

EVERY = list(known_migrations())

KILLED = """
import asyncio, os, signal, sys
from db.engine.statements import listening
from db.migrate import migrate

left = int(sys.argv[2])

def count(sql):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

with listening(count):
    asyncio.run(migrate(sys.argv[1]))
"""


def test_every_migration_is_named_after_its_id_and_none_is_missing() -> None:
    """Two with one ID would be one: the other is never applied, and nothing says so."""
    files = sorted(path.stem for path in (ROOT / "db" / "migrations").glob("m*.py"))
    assert [name[1:5] for name in files] == EVERY == [f"{number:04}" for number in range(1, len(files) + 1)]


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.sqlite'}"
        return
    with postgres.scratch(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def one_more(monkeypatch: pytest.MonkeyPatch) -> list[ddl.Sql]:
    """A migration 9999 that the next version of the program would bring; fill in its steps."""
    steps: list[ddl.Sql] = []

    class Module:
        ID = "9999"
        DESCRIPTION = "the next version"

        async def forwards(self) -> ddl.SqlMigration:
            return ddl.migration(self.ID, self.DESCRIPTION, *steps)

    known = {**known_migrations(), "9999": Module()}
    monkeypatch.setattr(migrations, "known_migrations", lambda: known)
    return steps


async def test_two_runners_at_once_apply_everything_once(empty_url: str) -> None:
    done = await asyncio.gather(migrate(empty_url), migrate(empty_url))
    assert sorted(done) == [[], EVERY]
    assert await migrate(empty_url) == []


@pytest.mark.parametrize("statements", [1, 10, 100, 400, 10_000])
async def test_a_runner_killed_at_any_statement_leaves_before_or_after(
    empty_url: str, statements: int
) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, empty_url, str(statements))
    killed = await process.wait() == -signal.SIGKILL
    database = await connect(empty_url)
    try:
        assert await pending(database) == (EVERY if killed else [])
    finally:
        await disconnect()
    assert await migrate(empty_url) == (EVERY if killed else [])


async def test_piccolos_own_command_line_migrates_and_agrees(empty_url: str) -> None:
    async def piccolo(command: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *(Path(sys.executable).with_name("piccolo"), "migrations", command, "db"),
            env={**os.environ, "REGULARS_DATABASE_URL": empty_url},
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await process.communicate()
        assert process.returncode == 0
        return output.decode()

    await piccolo("forwards")
    assert await migrate(empty_url) == []
    assert (await piccolo("check")).count("True") == len(EVERY)


async def test_a_failing_migration_changes_nothing(empty_url: str, one_more: list[ddl.Sql]) -> None:
    one_more += [ddl.both("CREATE TABLE later (id BIGINT)"), ddl.both("CREATE TABLE nonsense (")]
    with pytest.raises(Exception, match="syntax|incomplete"):
        await migrate(empty_url)
    database = await connect(empty_url)
    try:
        assert len(await pending(database)) == len(EVERY) + 1
    finally:
        await disconnect()


async def test_a_newer_database_is_refused_with_a_sentence(db: Database, database_url: str) -> None:
    await run("INSERT INTO migration (name, app_name) VALUES ('9998', 'db')")
    try:
        with pytest.raises(NewerSchema, match="newer version of Regulars"):
            await migrate(database_url)
        with pytest.raises(NewerSchema, match="9998"):
            await pending(db)
    finally:
        await run("DELETE FROM migration WHERE name = '9998'")


async def test_sqlite_keeps_a_copy_before_an_upgrade(tmp_path: Path, one_more: list[ddl.Sql]) -> None:
    path = tmp_path / "shop.sqlite"
    steps, one_more[:] = [ddl.both("CREATE TABLE later (id BIGINT)")], []
    await migrate(f"sqlite:///{path}")
    assert not list(tmp_path.glob("*.before-*")), "a new database needs no copy"
    with closing(sqlite3.connect(path)) as forget:
        forget.execute("DELETE FROM migration WHERE name = '9999'")
        forget.commit()
    one_more += steps
    assert await migrate(f"sqlite:///{path}") == ["9999"]
    [copy] = tmp_path.glob("shop.sqlite.before-9999-*")
    with closing(sqlite3.connect(copy)) as old:
        tables = {name for (name,) in old.execute("SELECT name FROM sqlite_master")}
    assert "programmes" in tables
    assert "later" not in tables


async def test_sqlite_refuses_a_migration_that_breaks_foreign_keys(
    tmp_path: Path, one_more: list[ddl.Sql]
) -> None:
    one_more += [
        ddl.both("CREATE TABLE later (programme_id BIGINT REFERENCES programmes (programme_id))"),
        ddl.both("INSERT INTO later VALUES (77)"),
    ]
    with pytest.raises(Refused, match="later"):
        await migrate(f"sqlite:///{tmp_path / 'shop.sqlite'}")


async def test_append_only_tables_refuse_change_and_deletion(db: Database) -> None:
    await run("DROP TABLE IF EXISTS diary")
    await run("CREATE TABLE diary (id BIGINT PRIMARY KEY, line TEXT)")
    steps = [step for step in ddl.append_only("diary") if step.only == db.engine_type]
    for step in steps:
        await db.run_ddl(step.text)
    await run("INSERT INTO diary VALUES (1, 'first')")
    forbidden = ["UPDATE diary SET line = ''", "DELETE FROM diary"]
    forbidden.append(
        "INSERT OR REPLACE INTO diary VALUES (1, '')" if db.engine_type == "sqlite" else "TRUNCATE diary"
    )
    for statement in forbidden:
        with pytest.raises(Refused, match="diary only grows"):
            await run(statement)
    assert await value("SELECT line FROM diary") == "first"
    await run("DROP TABLE diary")


async def test_only_legal_moves_are_stored(db: Database) -> None:
    await run("DROP TABLE IF EXISTS doors")
    await run("CREATE TABLE doors (id BIGINT PRIMARY KEY, state TEXT NOT NULL, seen TEXT)")
    for step in ddl.legal_moves("doors", "state", [("open", "shut")]):
        if step.only == db.engine_type:
            await db.run_ddl(step.text)
    await run("INSERT INTO doors VALUES (1, 'open', '')")
    await run("UPDATE doors SET state = 'open', seen = {}", str(now()))
    await run("UPDATE doors SET state = 'shut'")
    with pytest.raises(Refused, match="can not change this way"):
        await run("UPDATE doors SET state = 'open'")
    assert await rows("SELECT state FROM doors") == [{"state": "shut"}]
    await run("DROP TABLE doors")
