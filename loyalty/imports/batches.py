"""Applying many records: some hundred a transaction, with a savepoint inside for each."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from itertools import islice
from typing import TypeVar

from db.engine import atomic, retried
from loyalty.once import remembering

BATCH = 200

T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[int], None]
"""Told the number of records done so far."""


async def applied(
    records: Iterable[T], apply: Callable[[T], Awaitable[R]], progress: Progress | None
) -> AsyncIterator[R]:
    """The outcome of each record, in order, once its batch has been committed.

    A batch that met contention is applied again as a whole; every verb is repeat-safe.
    """

    @retried
    async def batch(part: list[T]) -> list[R]:
        async with atomic():
            with remembering():
                return [await apply(record) for record in part]

    source, done = iter(records), 0
    while part := list(islice(source, BATCH)):
        outcomes = await batch(part)
        done += len(part)
        if progress:
            progress(done)
        for outcome in outcomes:
            yield outcome
