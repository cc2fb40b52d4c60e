"""regulars serve"""

import os
from typing import Annotated

import typer


def serve(
    host: Annotated[str | None, typer.Option(help="Listen here instead of REGULARS_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Listen here instead of REGULARS_PORT.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Web processes; more than one needs PostgreSQL.")] = 1,
) -> None:
    """Serve the admin, the portal and the hooks. On SQLite the background work runs in the same process."""
    from loyalty.cli import serving
    from loyalty.cli.refusals import Refusal
    from loyalty.settings import settings

    # Links and child processes follow the settings, so an option becomes one.
    given = {"REGULARS_HOST": host, "REGULARS_PORT": port}
    os.environ.update({name: str(value) for name, value in given.items() if value is not None})
    settings.cache_clear()
    chosen = settings()
    if workers > 1 and chosen.database_url.startswith("sqlite:"):
        raise Refusal("SQLite is written by one process; serve with one worker, or use PostgreSQL.")
    serving.start(chosen.host, chosen.port, workers)
