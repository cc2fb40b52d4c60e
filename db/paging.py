"""Pages of long lists by keyset: the next page begins after the last row seen, at any depth.

A cursor is the sort values of a row, packed into an opaque URL-safe word. It isn't signed: all it
can do is to start the same list elsewhere.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")
Key = int | str | None

PAGE_SIZE = 50
LONGEST_CURSOR = 1_000


class BadCursor(ValueError):
    """The cursor isn't one of ours: cut off, or made up."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page's items, and the cursors of the pages after and before it (None where there is none)."""

    items: tuple[T, ...]
    next: str | None = None
    previous: str | None = None

    def map(self, view: Callable[[T], U]) -> "Page[U]":
        """The same page of something made from each item."""
        return Page(tuple(view(item) for item in self.items), self.next, self.previous)


def encode(*key: Key) -> str:
    """The cursor that stands for these sort values."""
    packed = json.dumps(key, separators=(",", ":"), ensure_ascii=False).encode()
    return urlsafe_b64encode(packed).decode().rstrip("=")


def decode(cursor: str, *kinds: type) -> tuple[Key, ...]:
    """The sort values of a cursor, which must be of these kinds (or None). Raises BadCursor."""
    if len(cursor) > LONGEST_CURSOR:
        raise BadCursor("This link to a page is damaged.")
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = json.loads(urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, RecursionError) as error:
        raise BadCursor("This link to a page is damaged.") from error
    if not isinstance(key, list) or len(key) != len(kinds) or not all(map(_fits, key, kinds)):
        raise BadCursor("This link to a page is damaged.")
    return tuple(key)


def page(
    found: Sequence[T],
    key: Callable[[T], tuple[Key, ...]],
    *,
    size: int = PAGE_SIZE,
    previous: str | None = None,
) -> Page[T]:
    """A page of what a query for `size + 1` rows found; the extra row only says that more follow."""
    items = tuple(found[:size])
    more = len(found) > size
    return Page(items, encode(*key(items[-1])) if more else None, previous)


def _fits(part: object, kind: type) -> bool:
    if part is None:
        return True
    if kind is int:
        return type(part) is int and -(2**63) <= part < 2**63
    return isinstance(part, kind)
