"""regulars doctor"""

import asyncio

import typer

from loyalty.cli.options import JsonOption
from loyalty.cli.terminal import answer, say


def doctor(as_json: JsonOption = False) -> None:
    """Look for what would keep this installation from working. Exit 1 when something would."""
    from loyalty import doctor as practice

    checks = asyncio.run(practice.examine())
    if as_json:
        answer(checks)
    else:
        for check in checks:
            say(f"{'✓' if check.ok else '✗'} {check.name}: {check.sentence}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)
