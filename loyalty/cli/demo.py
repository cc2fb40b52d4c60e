"""regulars demo"""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from loyalty.cli.options import JsonOption
from loyalty.cli.terminal import answer, counting, say

if TYPE_CHECKING:
    from loyalty.demo.play import Played


def demo(
    reset: Annotated[
        bool, typer.Option("--reset", help="Throw the demo shop away and play it again.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Load the demo shop: a cast and a history, played through the real verbs."""
    from loyalty.cli.database import connected
    from loyalty.demo.play import play

    async def playing() -> "Played":
        async with connected(make=True):
            with counting("Days of history") as progress:
                return await play(reset=reset, progress=progress)

    played = asyncio.run(playing())
    answer(played) if as_json else say(played.sentence)
