"""The words migrations are written in: one SQL text for both engines, and the few that differ.

Both engines take the same CREATE TABLE with TEXT, BIGINT, BOOLEAN, TIMESTAMPTZ and JSONB, the same
CHECK, UNIQUE, and partial or descending indexes, so nothing is translated. SQLite keeps the declared
type's name, from which `db.engine` knows how to read a value back.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder

from db.engine.base import Database
from db.engine.transaction import Mode

APP = "db"

_REFUSE = """
CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation';
END $$"""


@dataclass(frozen=True, slots=True)
class Sql:
    """A statement, and the one engine it is for: sqlite, postgres, citus, or empty for all."""

    text: str
    only: str = ""


def both(text: str) -> Sql:
    """The same on every engine."""
    return Sql(text)


def sqlite(text: str) -> Sql:
    return Sql(text, "sqlite")


def postgres(text: str) -> Sql:
    """PostgreSQL, with or without Citus."""
    return Sql(text, "postgres")


def citus(text: str) -> Sql:
    """Only where the Citus extension is installed: distributing a table by programme_id."""
    return Sql(text, "citus")


def append_only(table: str) -> tuple[Sql, ...]:
    """Refuse to change or delete what `table` holds.

    PostgreSQL also takes the rights to delete and truncate from the owner. The right to update must
    stay: the row locks of foreign keys that point here need it, and the trigger refuses anyway.
    """
    changed, deleted = f"{table} only grows: no row is changed", f"{table} only grows: no row is deleted"
    return (
        sqlite(_sqlite_trigger(f"{table}_no_update", f"UPDATE ON {table}", changed)),
        sqlite(_sqlite_trigger(f"{table}_no_delete", f"DELETE ON {table}", deleted)),
        postgres(_REFUSE),
        postgres(_postgres_trigger(f"{table}_no_update", f"UPDATE ON {table} FOR EACH ROW", changed)),
        postgres(_postgres_trigger(f"{table}_no_delete", f"DELETE ON {table} FOR EACH ROW", deleted)),
        postgres(
            _postgres_trigger(f"{table}_no_truncate", f"TRUNCATE ON {table} FOR EACH STATEMENT", deleted)
        ),
        postgres(f"REVOKE DELETE, TRUNCATE ON {table} FROM CURRENT_USER"),
    )


def guard(table: str, column: str, when: str, message: str, *, name: str = "guard") -> tuple[Sql, ...]:
    """Refuse an UPDATE of `column` when the condition on OLD and NEW holds; `message` says why."""
    trigger, of = f"{table}_{column}_{name}", f"UPDATE OF {column} ON {table}"
    return (
        sqlite(_sqlite_trigger(trigger, f"{of} WHEN {when}", message)),
        postgres(_REFUSE),
        postgres(_postgres_trigger(trigger, f"{of} FOR EACH ROW WHEN ({when})", message)),
    )


def legal_moves(table: str, column: str, moves: Iterable[tuple[str, str]]) -> tuple[Sql, ...]:
    """Let the words in `column` change only along `moves`, pairs of from and to."""
    legal = " OR ".join(f"(OLD.{column} = '{old}' AND NEW.{column} = '{new}')" for old, new in moves)
    when = f"OLD.{column} <> NEW.{column} AND NOT ({legal})"
    return guard(table, column, when, f"{table}.{column} can not change this way", name="moves")


def widen(table: str, column: str, words: str, more: str) -> tuple[Sql, ...]:
    """Let a column's CHECK … IN (`words`) allow `more` words too: both lists as they stand in the SQL.

    SQLite keeps a table's text and can't alter a CHECK; where what is stored stays as it is, its documentation
    has the text changed in place (lang_altertable, section 7). Another CREATE has to follow in the migration:
    it tells other connections to read the schema again.
    """
    old, new = (text.replace("'", "''") for text in (words, f"{words}, {more}"))
    check = f"{table}_{column}_check"
    return (
        sqlite("PRAGMA writable_schema = ON"),
        sqlite(
            f"UPDATE sqlite_schema SET sql = replace(sql, '({old})', '({new})')"
            f" WHERE type = 'table' AND name = '{table}'"
        ),
        sqlite("PRAGMA writable_schema = RESET"),
        postgres(f"ALTER TABLE {table} DROP CONSTRAINT {check}"),
        postgres(f"ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({column} IN ({words}, {more}))"),
    )


@dataclass
class SqlMigration(MigrationManager):
    """What Piccolo runs and lists as a migration; `steps` is what it consists of."""

    steps: tuple[Sql, ...] = field(default=())


class MigrationModule(Protocol):
    """A file of db/migrations."""

    ID: str
    DESCRIPTION: str

    async def forwards(self) -> MigrationManager: ...


def migration(id_: str, description: str, *steps: Sql) -> SqlMigration:
    """One migration. Its row in Piccolo's book is written in the transaction of its steps."""
    manager = SqlMigration(migration_id=id_, app_name=APP, description=description, steps=steps)

    async def forwards() -> None:
        database = engine_finder()
        assert isinstance(database, Database)
        await apply(database, manager)

    manager.add_raw(forwards)
    return manager


async def apply(database: Database, manager: SqlMigration) -> None:
    """Run a migration's steps and note it as done, in the transaction that is open."""
    kinds = {"", database.engine_type} | ({"citus"} if await _has_citus(database) else set())
    for step in manager.steps:
        if step.only in kinds:
            await database.run_ddl(step.text)
    await database.statement(
        "INSERT INTO migration (name, app_name, ran_on) VALUES ({}, {}, {})",
        (manager.migration_id, APP, datetime.now(UTC).replace(tzinfo=None)),
        Mode.WRITE,
    )


async def _has_citus(database: Database) -> bool:
    if database.engine_type == "sqlite":
        return False
    return bool(await database.execute("SELECT 1 FROM pg_extension WHERE extname = 'citus'", (), Mode.READ))


def _sqlite_trigger(name: str, event: str, message: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {event} BEGIN SELECT RAISE(ABORT, '{message}'); END"


def _postgres_trigger(name: str, event: str, message: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {event} EXECUTE FUNCTION refuse('{message}')"
