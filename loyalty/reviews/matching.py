"""The reviews a filter lets through, as SQL on the row `r` (PRODUCT D3).

A review's id is made from the moment it was written, so days are a range of ids and id order is the
order of the list.
"""

from dataclasses import dataclass
from datetime import date

from loyalty import clock
from loyalty.activities.matching import ids_of
from loyalty.customers import search
from loyalty.customers.search import Condition
from loyalty.programmes import Programme
from loyalty.reviews.filters import ReviewFilter
from loyalty.rules.days import local_day, zone

_NOBODY, _ANYBODY = Condition("1 = 0"), Condition("1 = 1")


@dataclass(frozen=True, slots=True)
class Matching:
    """`since` and `until` are the days shown, both included; `where` is the filter without the status."""

    since: date | None
    until: date
    where: Condition


async def matching(programme: Programme, wanted: ReviewFilter) -> Matching:
    """What the filter means now, in the programme's zone."""
    here = zone(programme.time_zone)
    since, until = wanted.days(local_day(clock.now(), here))
    first, last = ids_of(since, until, here)
    by = await _by(programme.id, wanted.q)
    return Matching(
        since,
        until,
        Condition(
            f"r.programme_id = {{}} AND r.id >= {{}} AND r.id < {{}} AND {by.sql}",
            (programme.id, first, last, *by.args),
        ),
    )


async def _by(programme_id: int, q: str) -> Condition:
    people = await search.people(programme_id, q, by_order=False)
    if people is None:
        return _ANYBODY
    if people.nobody:
        return _NOBODY
    if people.few is not None:
        return search.among("r.customer_id", people.few)
    return Condition(
        "EXISTS (SELECT 1 FROM customers c WHERE c.programme_id = r.programme_id AND c.id = r.customer_id"
        f" AND {people.condition.sql})",
        people.condition.args,
    )
