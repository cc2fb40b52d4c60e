"""What goes to the terminal: sentences to standard output, progress to standard error."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any


def say(text: str = "") -> None:
    """A line for whoever reads the answer."""
    print(text)


def note(text: str) -> None:
    """A line beside the answer, on standard error."""
    print(text, file=sys.stderr)


def answer(value: Any) -> None:
    """The answer as JSON; dataclasses become objects, moments ISO texts."""
    print(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value.isoformat() if isinstance(value, datetime) else str(value)


@contextmanager
def counting(what: str) -> Iterator[Callable[[int], None]]:
    """Show how many are done and how fast, on a terminal only. Call the result with the number so far."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    started = time.monotonic()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what)

        def show(done: int) -> None:
            rate = done / max(time.monotonic() - started, 0.001)
            progress.update(task, description=f"{what}: {done:,} ({rate:,.0f} a second)")

        yield show
