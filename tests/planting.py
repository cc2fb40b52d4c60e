"""What a planted violation is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plant:
    """`breaks` is the invariant that must be named; besides it only those in `also` may be."""

    breaks: str
    tables: tuple[str, ...]
    statements: tuple[str, ...]
    also: frozenset[str] = frozenset()


def plant(breaks: str, tables: str, *statements: str, also: str = "") -> Plant:
    """One plant; `tables` and `also` are words in one text."""
    return Plant(breaks, tuple(tables.split()), statements, frozenset(also.split()))
