"""Taking a table's guards away inside a transaction, so that a test can write what must never be there."""

from db.engine import is_sqlite, rows, run

_GUARDS = """SELECT conname AS name FROM pg_constraint
    WHERE conrelid = '{table}'::regclass AND contype IN ('c', 'u')"""
_UNIQUE = """SELECT indexrelid::regclass::text AS name FROM pg_index
    WHERE indrelid = '{table}'::regclass AND indisunique AND NOT indisprimary"""


async def loosen(*tables: str) -> None:
    """Drop every check, unique key (not the primary one) and trigger of these tables, and stop minding foreign keys.

    Call it inside a transaction that is rolled back: on both engines even this can be undone.
    """
    if is_sqlite():
        await run("PRAGMA defer_foreign_keys = on")
    else:
        await run("SET LOCAL session_replication_role = replica")
    for table in tables:
        await (_bare_sqlite if is_sqlite() else _bare_postgres)(table)


async def _bare_sqlite(table: str) -> None:
    columns = await rows(f"PRAGMA table_info({table})")
    declared = ", ".join(f'"{column["name"]}" {column["type"]}' for column in columns)
    key = ", ".join(
        column["name"] for column in sorted(columns, key=lambda column: column["pk"]) if column["pk"]
    )
    await run(f"CREATE TABLE bare ({declared}, PRIMARY KEY ({key}))")
    await run(f"INSERT INTO bare SELECT * FROM {table}")
    await run(f"DROP TABLE {table}")
    # Triggers of other tables may name this one; while it is away, SQLite is not to look.
    await run("PRAGMA legacy_alter_table = on")
    await run(f"ALTER TABLE bare RENAME TO {table}")
    await run("PRAGMA legacy_alter_table = off")


async def _bare_postgres(table: str) -> None:
    for row in await rows(_GUARDS.format(table=table)):
        await run(f'ALTER TABLE {table} DROP CONSTRAINT "{row["name"]}"')
    for row in await rows(_UNIQUE.format(table=table)):
        await run(f"DROP INDEX {row['name']}")
