"""Turning the pages of a list forwards and backwards by keyset; a cursor knows its direction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from db.paging import PAGE_SIZE, BadCursor, Key, Page, decode, encode
from loyalty.errors import Invalid

Row = dict[str, Any]

_AFTER, _BEFORE = "after", "before"


@dataclass(frozen=True, slots=True)
class Turn:
    """From which row on, and which way. `key` None is the beginning of the list.

    `rising`: the list reads from the smallest key on, oldest or soonest first; else it reads newest first.
    """

    key: tuple[Key, ...] | None = None
    backwards: bool = False
    size: int = PAGE_SIZE
    rising: bool = False

    @property
    def limit(self) -> int:
        """How many rows to ask for: the extra one only says that more follow."""
        return self.size + 1

    @property
    def order(self) -> str:
        """The SQL direction, the way the page is read from the database."""
        return "ASC" if self.backwards != self.rising else "DESC"

    @property
    def beyond(self) -> str:
        """The SQL comparison of a row's key with the cursor's."""
        return ">" if self.backwards != self.rising else "<"

    def of_ids(self, first: int, last: int) -> tuple[int, int]:
        """What of the ids [first, last) lies beyond the cursor, for a list by id alone; still one range.

        Given two bounds on one side, SQLite begins at the first and walks every row to the second.
        """
        match self.key:
            case (int(id_),) if self.beyond == "<":
                return first, min(last, id_)
            case (int(id_),):
                return max(first, id_ + 1), last
            case _:
                return first, last

    def page(self, found: Sequence[Row], key: Callable[[Row], tuple[Key, ...]]) -> Page[Row]:
        """The page in reading order, of what a query for `limit` rows in `order` found."""
        items, more = list(found[: self.size]), len(found) > self.size
        if self.backwards:
            items.reverse()
        has_next = self.backwards or more
        has_previous = more if self.backwards else self.key is not None
        return Page(
            tuple(items),
            encode(_AFTER, *key(items[-1])) if items and has_next else None,
            encode(_BEFORE, *key(items[0])) if items and has_previous else None,
        )


def turn(cursor: str | None, *kinds: type, size: int = PAGE_SIZE, rising: bool = False) -> Turn:
    """Read a cursor whose sort values are of these kinds. Raises Invalid for one that isn't ours."""
    if not cursor:
        return Turn(size=size, rising=rising)
    try:
        way, *key = decode(cursor, str, *kinds)
    except BadCursor as error:
        raise Invalid(str(error), field="at") from error
    if way not in (_AFTER, _BEFORE) or None in key:
        raise Invalid("This link to a page is damaged.", field="at")
    return Turn(tuple(key), way == _BEFORE, size, rising)


def moment(part: Key) -> datetime:
    """The moment in a cursor's sort value. Raises Invalid for anything else."""
    try:
        return datetime.fromisoformat(str(part)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid("This link to a page is damaged.", field="at") from error
