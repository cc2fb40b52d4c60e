"""Whom a statement is about: everybody, a part of everybody, or a few."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from db.engine import value
from loyalty.customers.search import Condition, among

PART = 20_000
"""People whose facts are written or judged in one transaction: a fraction of a second of everybody's time."""

_NEXT = """SELECT max(id) FROM (SELECT c.id FROM customers c WHERE c.programme_id = {} AND c.id > {}
    ORDER BY c.id LIMIT {}) part"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Customers with ids over `after` and up to `last`, or exactly `ids`."""

    after: int = 0
    last: int = 0
    ids: tuple[int, ...] | None = None

    def on(self, column: str) -> Condition:
        if self.ids is not None:
            return among(column, self.ids)
        return Condition(f"{column} > {{}} AND {column} <= {{}}", (self.after, self.last))


def those(ids: Sequence[int]) -> Scope:
    return Scope(ids=tuple(sorted(set(ids))))


async def part(programme_id: int, after: int, *, size: int = PART) -> Scope | None:
    """So many customers after this id; None: there are no more."""
    last = await value(_NEXT, programme_id, after, size)
    return None if last is None else Scope(after, last)


async def parts(programme_id: int, *, size: int = PART) -> AsyncIterator[Scope]:
    """Everybody, so many at a time, in the order of their ids."""
    after = 0
    while (found := await part(programme_id, after, size=size)) is not None:
        yield found
        after = found.last
