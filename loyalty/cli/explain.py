"""regulars explain EMAIL"""

from typing import Annotated

import typer

from loyalty.cli.options import JsonOption, ProgrammeOption
from loyalty.cli.terminal import answer

WIDE = 1000


def explain(
    email: Annotated[str, typer.Argument(help="The customer's e-mail address.")],
    spent: Annotated[bool, typer.Option("--spent", help="Also lots that are used up.")] = False,
    programme: ProgrammeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a balance apart: lots, the entries that opened and drew them, rule versions, order lines."""
    from loyalty.cli.database import run
    from loyalty.ledger.explanations import Explanation
    from loyalty.programmes import Programme

    async def explaining() -> tuple[Programme, Explanation]:
        from loyalty import programmes
        from loyalty.ledger import explaining as ledger

        found = await programmes.find(programme)
        return found, await ledger.explain(found.id, email, spent=spent)

    found, explanation = run(explaining)
    if as_json:
        answer(explanation)
        return
    import sys

    from rich.console import Console

    from loyalty.cli.explained import tree

    # A tree is cropped at the console's width, and into a file or pipe nothing may be lost.
    width = None if sys.stdout.isatty() else WIDE
    Console(highlight=False, soft_wrap=True, width=width).print(tree(explanation, found))
