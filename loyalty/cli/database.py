"""A command's way to the database: connected, of the right schema, closed at the end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from loyalty.cli.refusals import Refusal

T = TypeVar("T")


def run(command: Callable[[], Awaitable[T]]) -> T:
    """Run an asynchronous command to its end, connected to the database the settings name."""

    async def inside() -> T:
        async with connected():
            return await command()

    return asyncio.run(inside())


@asynccontextmanager
async def connected(*, make: bool = False, alone: bool = True) -> AsyncIterator[None]:
    """Hold the database open. `make`: an empty one gets its tables first.

    `alone`: this command is all the process does, so SQLite needs no threads to keep others served.

    Raises Refusal when it can't be reached, or when migrations are pending.
    """
    from db.engine import connect, disconnect, engine
    from db.migrate import migrate, pending
    from loyalty.settings import settings

    chosen = settings()
    more = {"threaded": False} if alone and chosen.database_url.startswith("sqlite:") else {}
    await reachable(connect(chosen.database_url, **chosen.engine_options, **more))
    try:
        todo = await pending(engine())
        if todo and make and "0001" in todo:
            await migrate(chosen.database_url)
        elif todo:
            raise Refusal("The database isn't up to date. Run: regulars migrate")
        yield
    finally:
        await disconnect()


async def reachable(opening: Awaitable[Any]) -> Any:
    """Await what opens a database. Raises Refusal with the reason when there is none to open."""
    import sqlite3

    import asyncpg

    try:
        return await opening
    except (OSError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Refusal(f"The database can't be reached: {error}.") from None
    except ValueError as error:
        raise Refusal(f"REGULARS_DATABASE_URL can't be used: {error}.") from None
