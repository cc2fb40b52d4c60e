"""The entries a points filter lets through, as SQL (PRODUCT D2, D3).

An entry's id is made from the moment it counts at, so days are a range of ids, and id order is the order
in which things happened.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Self
from zoneinfo import ZoneInfo

from db.ids import first_id
from loyalty import clock
from loyalty.activities.filters import PointsFilter
from loyalty.activities.kinds import KINDS, named
from loyalty.customers import search
from loyalty.customers.search import Condition, People
from loyalty.programmes import Programme
from loyalty.rules.days import day_end, day_start, local_day, zone
from loyalty.turning import Turn

_FIRST, _LAST = date(1990, 1, 2), date(2059, 1, 1)
"""The calendar of ids; days beyond it hold nothing."""


@dataclass(frozen=True, slots=True)
class Matching:
    """`first` and `last` bound the ids as [first, last). `sources` are alternatives on the entry `e`.

    No source: whoever's entry. `wide`: the people of one are too many to name, so that each entry is asked whose it is.
    `since` and `until` are the days shown, both included.
    """

    since: date | None
    until: date
    first: int
    last: int
    sources: tuple[Condition, ...] | None
    wide: bool = False

    def beyond(self, turn: Turn) -> Self:
        """What of it lies beyond a page's cursor."""
        first, last = turn.of_ids(self.first, self.last)
        return replace(self, first=first, last=last)

    def branch(self, source: Condition | None, more: Condition) -> Condition:
        """The conditions on `e` of one alternative, programme and id range included, and `more`."""
        given = source or Condition("1 = 1")
        return Condition(
            f"e.programme_id = {{}} AND e.id >= {{}} AND e.id < {{}} AND {given.sql} AND {more.sql}",
            (self.first, self.last, *given.args, *more.args),
        )


async def matching(programme: Programme, wanted: PointsFilter) -> Matching:
    """What the filter means now, in the programme's zone."""
    here = zone(programme.time_zone)
    since, until = wanted.days(local_day(clock.now(), here))
    first, last = ids_of(since, until, here)
    people = await search.people(programme.id, wanted.q, by_order=False)
    if people is None:
        return Matching(since, until, first, last, None)
    sources = await _sources(programme.id, wanted.q, people)
    return Matching(since, until, first, last, sources, wide=people.few is None)


def ids_of(since: date | None, until: date, here: ZoneInfo) -> tuple[int, int]:
    """The ids of these days, both included, as [first, last)."""
    first = first_id(day_start(_within(since), here)) if since else 0
    return first, first_id(day_end(_within(until), here))


def of_kind(wanted: PointsFilter) -> Condition:
    """The filter bar's condition on `e`."""
    return Condition(f"e.kind IN ({named(KINDS[wanted.kind])})" if wanted.kind else "1 = 1")


async def _sources(programme_id: int, q: str, people: People) -> tuple[Condition, ...]:
    sources = []
    if people.few is None:
        sources.append(
            Condition(
                "EXISTS (SELECT 1 FROM customers c WHERE c.programme_id = e.programme_id AND c.id = e.customer_id"
                f" AND {people.condition.sql})",
                people.condition.args,
            )
        )
    elif people.few:
        sources.append(search.among("e.customer_id", people.few))
    if orders := await search.orders(programme_id, q):
        sources.append(search.among("e.order_id", orders))
    return tuple(sources)


def _within(day: date) -> date:
    return min(max(day, _FIRST), _LAST)
