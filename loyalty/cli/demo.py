"""regulars demo"""

import asyncio
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

import typer

from loyalty.cli.terminal import counting, say


def demo(
    reset: Annotated[
        bool, typer.Option("--reset", help="Throw the demo shop away and play it again.")
    ] = False,
) -> None:
    """Load the demo shop: a cast and a history, played through the real verbs."""
    from loyalty.cli.database import connected
    from loyalty.cli.refusals import Refusal

    if find_spec("loyalty.demo") is None:
        raise Refusal("This installation has no demo shop.")

    async def playing() -> str:
        async with connected(make=True):
            with counting("Days of history") as progress:
                return str(await import_module("loyalty.demo").play(reset=reset, progress=progress))

    say(asyncio.run(playing()))
