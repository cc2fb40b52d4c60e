"""One SQL text for both engines: `{}` marks a value, `{0}` a value used again, `{{` a brace."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from string import Formatter

_watchers: list[list[str]] = []


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
    """Tell every `watched` block about a statement that is about to run."""
    for seen in _watchers:
        seen.append(sql)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Collect the text of every statement that runs inside the block. For tests and benchmarks."""
    seen: list[str] = []
    _watchers.append(seen)
    try:
        yield seen
    finally:
        _watchers.remove(seen)
