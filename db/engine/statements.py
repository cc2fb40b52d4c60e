"""One SQL text for both engines: `{}` marks a value, `{0}` a value used again, `{{` a brace."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from string import Formatter

_listeners: list[Callable[[str], object]] = []


@lru_cache(maxsize=4096)
def compiled(template: str, mark: str) -> str:
    """The template with numbered marks: `?1` for SQLite, `$1` for PostgreSQL."""
    text, position = "", 0
    for literal, field, spec, conversion in Formatter().parse(template):
        text += literal
        if field is None:
            continue
        if spec or conversion or not (field == "" or field.isdecimal()):
            raise ValueError(f"Only {{}} and {{0}} can stand in SQL, not {{{field}}}: {template}")
        text += f"{mark}{int(field) + 1 if field else (position := position + 1)}"
    return text


def note(sql: str) -> None:
    """Tell every listener about a statement that is about to run."""
    for heard in _listeners:
        heard(sql)


@contextmanager
def listening(heard: Callable[[str], object]) -> Iterator[None]:
    """Call `heard` with the text of every statement that runs inside the block."""
    _listeners.append(heard)
    try:
        yield
    finally:
        _listeners.remove(heard)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Collect the text of every statement that runs inside the block, to count them in tests."""
    seen: list[str] = []
    with listening(seen.append):
        yield seen
