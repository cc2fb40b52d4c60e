"""Bring a database's schema up to this code: all pending migrations in one transaction, or none.

Everything happens inside one transaction that holds the lock, the bookkeeping included. So a runner
killed at any moment leaves the schema as it was or as it should be, and a second runner that waited
finds nothing to do.
"""

import importlib
import os
import pkgutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import db.migrations
from db.ddl import APP, MigrationModule, SqlMigration, apply
from db.engine import Database, Mode, Refused, database_for
from db.engine.sqlite import SQLiteDatabase

WAIT_FOR_OTHER_RUNNER = 600.0
ADVISORY_LOCK = 7_236_001

_BOOK = """
CREATE TABLE IF NOT EXISTS migration (
    id {key} PRIMARY KEY NOT NULL,
    name VARCHAR(200) NOT NULL DEFAULT '',
    app_name VARCHAR(200) NOT NULL DEFAULT '',
    ran_on TIMESTAMP NOT NULL DEFAULT current_timestamp
)"""
_KEY = {"sqlite": "INTEGER", "postgres": "SERIAL"}


class NewerSchema(Exception):
    """The database belongs to a newer version of this program. The text says what to do."""


def known_migrations() -> dict[str, MigrationModule]:
    """Migration modules by id, in order."""
    modules = (
        cast(MigrationModule, importlib.import_module(f"db.migrations.{found.name}"))
        for found in pkgutil.iter_modules(db.migrations.__path__)
    )
    return {module.ID: module for module in sorted(modules, key=lambda module: module.ID)}


async def migrate(url: str) -> list[str]:
    """Apply what is pending and return the ids applied, oldest first.

    On SQLite a copy of a database that holds data is kept beside it first. Raises NewerSchema, and
    Refused when rows would break a foreign key; nothing is changed then.
    """
    database = _patient(url)
    await database.start()
    try:
        if isinstance(database, SQLiteDatabase):
            # A table that others point to can only be rebuilt with this off; `_check` makes up for it.
            await database.execute("PRAGMA foreign_keys=off", (), Mode.WRITE)
        async with database.transaction():
            await _lock(database)
            applied = await _applied(database)
            todo = _pending(applied)
            if todo and applied and isinstance(database, SQLiteDatabase):
                keep_copy(database, before=todo[0])
            for id_ in todo:
                await _apply(database, id_)
            if todo:
                await _check(database)
        return todo
    finally:
        await database.stop()


async def pending(database: Database) -> list[str]:
    """Ids of migrations this database still needs. Raises NewerSchema."""
    return _pending(await _applied(database))


def keep_copy(database: SQLiteDatabase, *, before: str) -> Path:
    """Copy the database beside itself and return where, complete or not at all."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = database.path.with_name(f"{database.path.name}.before-{before}-{stamp}")
    unfinished = target.with_name(target.name + ".part")
    with closing(database.open(Mode.READ)) as source, closing(sqlite3.connect(unfinished)) as copy:
        source.backup(copy)
    os.replace(unfinished, target)
    return target


def _patient(url: str) -> Database:
    if url.startswith("sqlite:"):
        return database_for(url, readers=1, patience=WAIT_FOR_OTHER_RUNNER)
    return database_for(url, pool_max=1, statement=0, lock=0, idle=0)


async def _lock(database: Database) -> None:
    # On SQLite, BEGIN IMMEDIATE has already waited for the other runner.
    if database.engine_type == "postgres":
        await database.execute(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})", (), Mode.WRITE)


async def _applied(database: Database) -> set[str]:
    if database.open_transaction() is not None:
        await database.run_ddl(_BOOK.format(key=_KEY[database.engine_type]))
    elif not await _has_book(database):
        return set()
    names = await database.statement("SELECT name FROM migration WHERE app_name = {}", (APP,), Mode.READ)
    return {row["name"] for row in names}


async def _has_book(database: Database) -> bool:
    catalogue = "sqlite_master" if database.engine_type == "sqlite" else "pg_tables"
    column = "name" if database.engine_type == "sqlite" else "tablename"
    sql = f"SELECT 1 FROM {catalogue} WHERE {column} = 'migration'"
    return bool(await database.execute(sql, (), Mode.READ))


def _pending(applied: set[str]) -> list[str]:
    known = known_migrations()
    unknown = sorted(applied - known.keys())
    if unknown:
        raise NewerSchema(
            f"This database was written by a newer version of Regulars (it has migration {unknown[-1]}). "
            "Install that version, or restore a backup made before the upgrade."
        )
    return [id_ for id_ in known if id_ not in applied]


async def _apply(database: Database, id_: str) -> None:
    manager = await known_migrations()[id_].forwards()
    assert isinstance(manager, SqlMigration), f"Migration {id_} doesn't return db.ddl.migration(…)."
    await apply(database, manager)


async def _check(database: Database) -> None:
    if database.engine_type != "sqlite":
        return
    broken = await database.execute("PRAGMA foreign_key_check", (), Mode.WRITE)
    if broken:
        tables = ", ".join(sorted({row["table"] for row in broken}))
        raise Refused(f"The migration would leave rows in {tables} that point to nothing.")
