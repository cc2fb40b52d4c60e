"""regulars migrate"""

import asyncio

from loyalty.cli.options import JsonOption
from loyalty.cli.terminal import answer, say


def migrate(as_json: JsonOption = False) -> None:
    """Bring the database up to date. Safe to repeat, to kill, and to run twice at once."""
    from db import migrate as migrations
    from loyalty.cli.database import reachable
    from loyalty.settings import settings

    done = asyncio.run(reachable(migrations.migrate(settings().database_url)))
    if as_json:
        answer({"applied": done})
    else:
        say(f"Applied {', '.join(done)}." if done else "The database is up to date.")
