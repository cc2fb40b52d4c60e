"""Questions that the records of a batch all ask alike: asked once a transaction.

An import applies some hundred orders in one transaction, and each asks for the programme, its rules and its
tiers. While a batch is `remembering`, the first answer serves all of it; elsewhere every question is asked
anew, so that an edit holds at once. Only what no record of a batch can change may be asked in this way.
"""

import functools
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from db.engine import value

P = ParamSpec("P")
T = TypeVar("T")

_answers: ContextVar[dict[object, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Ask each question of this kind once inside the block, which lies within one transaction."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def asked_once(question: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Mark a question about what is the programme's and not one customer's."""

    @functools.wraps(question)
    async def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        answers = _answers.get()
        if answers is None:
            return await question(*args, **kwargs)
        key = (question, args, tuple(sorted(kwargs.items())))
        if key not in answers:
            answers[key] = await question(*args, **kwargs)
        answer: T = answers[key]
        return answer

    return asked


async def nobody_has(table: str, programme_id: int) -> bool:
    """Whether a batch needn't look for a customer's rows of this table: the programme has none at all.

    Outside a batch it isn't asked, because then the customer's own question costs the same.
    """
    return _answers.get() is not None and not await _has_rows(table, programme_id)


@asked_once
async def _has_rows(table: str, programme_id: int) -> bool:
    return bool(await value(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE programme_id = {{}})", programme_id))
