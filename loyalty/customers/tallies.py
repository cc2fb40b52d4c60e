"""Counting up to a cap: beyond it nobody reads the number, and an exact one costs the whole table."""

from loyalty.customers.views import Tally

CAP = 1_000


def tally(counted: int) -> Tally:
    """What was counted among at most CAP + 1 rows: “1 000+” when there were more."""
    return Tally(min(counted, CAP), counted > CAP)


def together(parts: list[Tally]) -> Tally:
    """The tally of parts that don't overlap."""
    counted = tally(sum(part.value for part in parts))
    return Tally(counted.value, counted.at_least or any(part.at_least for part in parts))
