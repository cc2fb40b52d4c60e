"""Which customers a page shows. The address bar holds it; list, counts, file and pager read the same object."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Self, TypeVar
from urllib.parse import urlencode

from db.enums import CustomerType

LONGEST_SEARCH = 100
LONGEST_TAG = 60
LONGEST_TOLD = 190
NO_TIER = "none"

_MOST_POINTS = 10**12
_UIDS = 22
_T = TypeVar("_T", int, date)


class Sort(StrEnum):
    """The orders of the list; a minus is from the last to the first. ACTIVE is the usual one."""

    ACTIVE = "-active"
    QUIET = "active"
    NAME = "name"
    NAME_BACKWARDS = "-name"
    SPENT = "-spent"
    SPENT_LEAST = "spent"

    @property
    def descending(self) -> bool:
        return self.startswith("-")

    @property
    def column(self) -> str:
        """What is sorted by: active, name or spent."""
        return self.removeprefix("-")


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """PRODUCT B1. `q` searches name, e-mail, phone, external id and codes.

    `tier`, `segment` and `store` are uids, `tier` also NO_TIER: members without one. `told` is an answer,
    question:option.
    `least` and `most` bound the available points. Days are of the programme's zone; both ends of every range
    are included.
    """

    q: str = ""
    type: CustomerType | None = None
    tier: str = ""
    segment: str = ""
    tag: str = ""
    store: str = ""
    told: str = ""
    least: int | None = None
    most: int | None = None
    joined_since: date | None = None
    joined_until: date | None = None
    active_since: date | None = None
    active_until: date | None = None
    sort: Sort = Sort.ACTIVE

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Self:
        """Read an address; empty and unknown values count as not given, reversed ranges are put right."""
        least, most = _ordered(_points(query.get("least", "")), _points(query.get("most", "")))
        joined = _ordered(_day(query.get("joined_since", "")), _day(query.get("joined_until", "")))
        active = _ordered(_day(query.get("active_since", "")), _day(query.get("active_until", "")))
        return cls(
            q=_words(query.get("q", ""))[:LONGEST_SEARCH],
            type=next((kind for kind in CustomerType if kind == query.get("type")), None),
            tier=_words(query.get("tier", ""))[:_UIDS],
            segment=_words(query.get("segment", ""))[:_UIDS],
            tag=_words(query.get("tag", ""))[:LONGEST_TAG],
            store=_words(query.get("store", ""))[:_UIDS],
            told=_words(query.get("told", ""))[:LONGEST_TOLD],
            least=least,
            most=most,
            joined_since=joined[0],
            joined_until=joined[1],
            active_since=active[0],
            active_until=active[1],
            sort=next((sort for sort in Sort if sort == query.get("sort")), Sort.ACTIVE),
        )

    def query(self, **also: object) -> str:
        """The canonical address of this filter, `also` replacing or adding parameters (None drops one)."""
        given = {each.name: getattr(self, each.name) for each in fields(self)} | also
        if given["sort"] == Sort.ACTIVE:
            del given["sort"]
        return urlencode({name: str(value) for name, value in given.items() if value not in (None, "")})

    @property
    def narrows(self) -> bool:
        """Whether anything is filtered out."""
        return bool(self.q or self.type or self.chosen)

    @property
    def chosen(self) -> int:
        """How many filters are set beside the search and the type; a range counts once."""
        ranges = (
            (self.least, self.most),
            (self.joined_since, self.joined_until),
            (self.active_since, self.active_until),
        )
        return sum(map(bool, (self.tier, self.segment, self.tag, self.store, self.told))) + sum(
            any(end is not None for end in ends) for ends in ranges
        )

    @property
    def named(self) -> list[str]:
        """The names of what is set, the order left out."""
        return [each.name for each in fields(self) if getattr(self, each.name) not in (None, "", self.sort)]

    @property
    def unfiltered(self) -> str:
        """The address of the same search, type and order without the chosen filters."""
        kept = {"q", "type", "sort"}
        return self.query(**{each.name: None for each in fields(self) if each.name not in kept})

    def toggled(self, column: str) -> Sort:
        """The order that a click on a column's heading asks for."""
        usual = Sort.NAME if column == "name" else Sort(f"-{column}")
        other = Sort(column) if usual.descending else Sort(f"-{column}")
        return other if self.sort is usual else usual


def _words(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _points(text: str) -> int | None:
    digits = text.strip()
    if not digits.removeprefix("-").isascii() or not digits.removeprefix("-").isdecimal():
        return None
    number = int(digits[:20])
    return max(-_MOST_POINTS, min(_MOST_POINTS, number))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None


def _ordered(first: _T | None, last: _T | None) -> tuple[_T | None, _T | None]:
    return (last, first) if first is not None and last is not None and first > last else (first, last)
