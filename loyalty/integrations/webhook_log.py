"""A shop's webhook log: one JSON object per line, plain or gzipped."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from loyalty.errors import Invalid
from loyalty.integrations import bodies, files
from loyalty.integrations.bodies import Body


@dataclass(frozen=True, slots=True)
class Logged:
    """One line: the delivery's topic, id and moment (None when the log doesn't say), and its decoded body."""

    line: int
    topic: str
    webhook_id: str
    triggered_at: datetime | None
    body: dict[str, Any]


def read(path: Path) -> Iterator[Logged]:
    """The deliveries in file order; empty lines are skipped.

    Raises Invalid naming the line and the field of the first line that isn't one.
    """
    number = 0
    for number, line in enumerate(files.lines(path), start=1):
        if not line.strip():
            continue
        try:
            told = Body.of(bodies.decoded(line))
            body = told.part("body")
            if body is None:
                raise told.refuse("body", "is missing")
            topic = told.text("topic")
            if not topic:
                raise told.refuse("topic", "is missing")
            logged = Logged(
                number, topic, told.known_id("webhook_id"), told.moment("triggered_at"), body.data
            )
        except Invalid as error:
            raise Invalid(f"{path.name}, line {number}: {error}", field=error.field) from None
        yield logged
