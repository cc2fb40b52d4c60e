"""Who moved from which value segment to which in a month (PRODUCT K5).

The moves of the month say who moved; whoever isn't among them stayed. So a page costs as much as the
month had moves. The people of a cell are found from who was where when the month began and ended: both
ways must agree.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from db.engine import Row, rows, snapshot
from db.enums import SegmentKind
from db.ids import first_id
from loyalty import clock, programmes
from loyalty.customers.search import Condition
from loyalty.errors import Invalid
from loyalty.rules.days import add_months, zone
from loyalty.segments import footing, stored
from loyalty.segments.growth import begins, ends, month_of
from loyalty.segments.people import COLUMNS, People, person
from loyalty.segments.statements import Statement
from loyalty.segments.stored import Segment
from loyalty.turning import turn

SPANS = (1, 3, 6, 12)
"""Months that can be looked at together."""
NOWHERE = "none"
"""In no value segment: not known yet, or left."""

_MOVERS = """SELECT from_id, to_id, count(*) AS people FROM (
      SELECT v.customer_id, max(CASE WHEN v.first = 1 AND v.entered = false THEN v.segment_id END) AS from_id,
        max(CASE WHEN v.last = 1 AND v.entered = true THEN v.segment_id END) AS to_id
      FROM (SELECT v.customer_id, v.segment_id, v.entered,
          row_number() OVER (PARTITION BY v.customer_id ORDER BY v.id, v.entered) AS first,
          row_number() OVER (PARTITION BY v.customer_id ORDER BY v.id DESC, v.entered DESC) AS last
        FROM segment_moves v JOIN segments s ON s.programme_id = v.programme_id AND s.id = v.segment_id
        WHERE v.programme_id = {} AND v.id >= {} AND v.id < {} AND s.kind = 'value') v
      GROUP BY v.customer_id) moved GROUP BY from_id, to_id"""
_SIZES = """SELECT segment_id, CAST(sum(people) AS BIGINT) AS people FROM (
      SELECT m.segment_id, count(*) AS people FROM segment_members m
      JOIN segments s ON s.programme_id = m.programme_id AND s.id = m.segment_id AND s.kind = 'value'
      WHERE m.programme_id = {0} AND m.since < {1} GROUP BY m.segment_id
      UNION ALL SELECT v.segment_id, count(*) FROM segment_moves v
      JOIN segments s ON s.programme_id = v.programme_id AND s.id = v.segment_id AND s.kind = 'value'
      WHERE v.programme_id = {0} AND v.id >= {2} AND v.entered = false AND v.since < {1} GROUP BY v.segment_id) w
    GROUP BY segment_id"""
_WAS_IN = """(EXISTS (SELECT 1 FROM segment_members m WHERE m.programme_id = c.programme_id
      AND m.segment_id IN ({ids}) AND m.customer_id = c.id AND m.since < {{}})
    OR EXISTS (SELECT 1 FROM segment_moves v WHERE v.programme_id = c.programme_id AND v.customer_id = c.id
      AND v.segment_id IN ({ids}) AND v.id >= {{}} AND v.entered = false AND v.since < {{}}))"""
_CELL = f"""SELECT {COLUMNS} FROM customers c
    LEFT JOIN segment_facts f ON f.programme_id = c.programme_id AND f.customer_id = c.id
    WHERE c.programme_id = $$ AND $$ AND $$ AND $$ ORDER BY c.id {{order}} LIMIT {{limit}}"""
_MOVED = """c.id IN (SELECT v.customer_id FROM segment_moves v
    WHERE v.programme_id = {} AND v.segment_id IN ({ids}) AND v.id >= {} AND v.id < {})"""


@dataclass(frozen=True, slots=True)
class Place:
    """A value segment, or being in none."""

    uid: str
    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Migration:
    """`cells` are people by the public ids of from and to; whoever stayed is in the cell of both.

    `months` are those that can be looked at, the newest first.
    """

    month: date
    over: int
    months: tuple[date, ...]
    places: tuple[Place, ...]
    cells: dict[tuple[str, str], int]

    @property
    def so_far(self) -> bool:
        """Whether the month is still running."""
        return self.month == self.months[0]

    @property
    def moved(self) -> int:
        return sum(people for (source, target), people in self.cells.items() if source != target)


@dataclass(frozen=True, slots=True)
class Movers:
    """The people of one cell, and the months asked for; `so_far`: the last of them is still running."""

    month: date
    over: int
    so_far: bool
    people: People


async def migration(programme_id: int, month: str = "", over: str = "") -> Migration:
    """The moves of a month such as 2026-10; without one, of the last that is over.

    `over` more months that end with it: one of SPANS. Whoever moved there and back didn't move.

    Raises Invalid for something that is no month, or one to come.
    """
    async with snapshot():
        here = zone((await programmes.get(programme_id)).time_zone)
        first = _month(month, here)
        span = _span(over)
        start, end = begins(add_months(first, 1 - span), here), ends(first, here)
        values = await _values(programme_id)
        known = {each.id: each.uid for each in values}
        moved = await rows(_MOVERS, programme_id, first_id(start), first_id(end))
        before, after = await _sizes(programme_id, start), await _sizes(programme_id, end)
    cells: dict[tuple[str, str], int] = {}
    for row in moved:
        source, target = known.get(row["from_id"], NOWHERE), known.get(row["to_id"], NOWHERE)
        if source != target:
            cells[source, target] = cells.get((source, target), 0) + row["people"]
    for each in values:
        came = sum(people for (_, target), people in cells.items() if target == each.uid)
        stayed = after.get(each.id, 0) - came
        if stayed > 0:
            cells[each.uid, each.uid] = stayed
    places = [Place(each.uid, each.name, before.get(each.id, 0), after.get(each.id, 0)) for each in values]
    outside = (
        sum(people for (source, _), people in cells.items() if source == NOWHERE),
        sum(people for (_, target), people in cells.items() if target == NOWHERE),
    )
    if any(outside):
        places.append(Place(NOWHERE, "In none", *outside))
    now = month_of(clock.now(), here)
    months = tuple(add_months(now, -back) for back in range(12))
    return Migration(first, span, months, tuple(places), cells)


async def movers(
    programme_id: int, month: str, source: str, target: str, *, over: str = "", cursor: str | None = None
) -> Movers:
    """The people of one cell, by when they were first known. Raises Invalid, NotFound."""
    turned = turn(cursor, int)
    async with snapshot():
        programme = await programmes.get(programme_id)
        here = zone(programme.time_zone)
        first, span = _month(month, here), _span(over)
        values = await _values(programme_id)
        every = ", ".join(str(each.id) for each in values) or "0"
        start, end = begins(add_months(first, 1 - span), here), ends(first, here)
        was = await _was_in(programme_id, source, every, start)
        will = await _was_in(programme_id, target, every, end)
        narrowed = [was, will]
        if source != target:
            moved = Condition(_MOVED.replace("{ids}", every), (programme_id, first_id(start), first_id(end)))
            narrowed = [moved, Condition(f"{was.sql} AND {will.sql}", was.args + will.args)]
        beyond = Condition(f"c.id {turned.beyond} {{}}", turned.key) if turned.key else Condition("1 = 1")
        sql = _CELL.replace("{order}", turned.order).replace("{limit}", str(turned.limit))
        found = await Statement(sql).rows(programme_id, *narrowed, beyond)
        state = await footing.state(programme.id)
    page = turned.page(found, lambda row: (row["id"],))
    day = state.footing.day if state else 0
    people = People(tuple(person(row, day) for row in page.items), page.previous, page.next)
    return Movers(first, span, first == month_of(clock.now(), here), people)


def _month(text: str, here: ZoneInfo) -> date:
    now = month_of(clock.now(), here)
    if not text:
        return add_months(now, -1)
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid(f"“{text[:20]}” isn't a month such as 2026-10.", field="month") from None
    if not first.year >= 1990 or first > now:
        raise Invalid("This month is still to come.", field="month")
    return first


def _span(text: str) -> int:
    return next((span for span in SPANS if str(span) == text), 1)


async def _values(programme_id: int) -> tuple[Segment, ...]:
    return tuple(each for each in await stored.live(programme_id) if each.kind is SegmentKind.VALUE)


async def _sizes(programme_id: int, at: datetime) -> dict[int, int]:
    found: list[Row] = await rows(_SIZES, programme_id, at, first_id(at))
    return {row["segment_id"]: row["people"] for row in found}


async def _was_in(programme_id: int, uid: str, every: str, at: datetime) -> Condition:
    """Whether `c` was in a value segment at a moment; in NOWHERE: in none of them."""
    nowhere = uid == NOWHERE
    ids = every if nowhere else str((await stored.by_uid(programme_id, uid)).id)
    sql = _WAS_IN.replace("{ids}", ids).replace("{{}}", "{}")
    return Condition(f"NOT {sql}" if nowhere else sql, (at, first_id(at), at))
