"""Clearing the demo shop away, and only that."""

from db.engine import connect, database_for, disconnect, engine
from db.engine.base import Database
from db.engine.transaction import Mode
from db.migrate import migrate
from loyalty.errors import NotAllowed

HANDLE = "juniper-rye"

_TABLES = {
    # A virtual table goes first and takes its shadows with it.
    "sqlite": """SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        ORDER BY sql NOT LIKE 'CREATE VIRTUAL%', name""",
    "postgres": "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename",
}


async def clear() -> None:
    """Empty a database whose only programme is the demo shop; an empty one is left as it is.

    The books can't be rubbed out row by row, so the tables go and are made anew. Raises NotAllowed when
    there is any other programme.
    """
    url = engine().url
    await disconnect()
    try:
        await _emptied(url)
        await migrate(url)
    finally:
        await connect(url)


async def _emptied(url: str) -> None:
    database = database_for(url)
    await database.start()
    try:
        if database.engine_type == "sqlite":
            await database.execute("PRAGMA foreign_keys=off", (), Mode.WRITE)
        async with database.transaction():
            if not await _holds_the_demo(database):
                return
            while tables := await database.execute(_TABLES[database.engine_type], (), Mode.WRITE):
                cascade = "" if database.engine_type == "sqlite" else " CASCADE"
                await database.execute(f'DROP TABLE "{tables[0]["name"]}"{cascade}', (), Mode.WRITE)
    finally:
        await database.stop()


async def _holds_the_demo(database: Database) -> bool:
    """False: it is empty. Looked at in the transaction that drops the tables, so nobody slips in between."""
    there = await database.execute(
        "SELECT handle, name FROM programmes ORDER BY programme_id", (), Mode.WRITE
    )
    others = [row["name"] for row in there if row["handle"] != HANDLE]
    if others:
        raise NotAllowed(
            f"This database holds {others[0]}. Only one that holds nothing but the demo shop can be reset."
        )
    return bool(there)
