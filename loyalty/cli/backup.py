"""regulars backup FILE | restore FILE"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from loyalty.cli.terminal import say


def backup(file: Annotated[Path, typer.Argument(help="Where to; .gz is gzipped.")]) -> None:
    """Copy the database while it is in use, complete or not at all."""
    from loyalty import backups
    from loyalty.settings import settings

    asyncio.run(backups.backup(settings().database_url, file))
    say(f"{file} holds {file.stat().st_size:,} bytes.")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup made by `regulars backup`.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a database that holds data.")] = False,
) -> None:
    """Put a backup in the database's place. Stop serving first."""
    from loyalty import backups
    from loyalty.settings import settings

    asyncio.run(backups.restore(settings().database_url, file, force=force))
    say(f"The database is as it was in {file}. Run: regulars migrate")
