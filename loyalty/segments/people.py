"""The people of a segment, newest first, with the numbers that brought them there (PRODUCT K5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import Row, loads, snapshot
from db.enums import CustomerType
from loyalty.customers.search import Condition
from loyalty.rules.naming import name_of
from loyalty.segments import footing, stored
from loyalty.segments.statements import Statement
from loyalty.segments.stored import Segment
from loyalty.turning import Turn, moment, turn

COLUMNS = """c.id, c.uid, c.type, c.first_name, c.last_name, c.email, c.phone, f.last_day, f.f_count, f.m_minor,
      f.r_score, f.f_score, f.m_score, f.available"""
_IN = f"""SELECT m.since, m.facts, m.customer_id, {COLUMNS}
    FROM (SELECT * FROM segment_members m WHERE m.programme_id = $$ AND m.segment_id = $$ AND $$ AND $$
      ORDER BY m.since {{order}}, m.customer_id {{order}} LIMIT {{limit}}) m
    JOIN customers c ON c.programme_id = m.programme_id AND c.id = m.customer_id
    LEFT JOIN segment_facts f ON f.programme_id = m.programme_id AND f.customer_id = m.customer_id
    ORDER BY m.since {{order}}, m.customer_id {{order}}"""
_ALSO = """EXISTS (SELECT 1 FROM segment_members o WHERE o.programme_id = m.programme_id AND o.segment_id = {}
    AND o.customer_id = m.customer_id)"""


@dataclass(frozen=True, slots=True)
class Person:
    """`r_days` None: never bought. `since` None: not a member of the segment, only of the list shown."""

    uid: str
    name: str
    email: str | None
    type: CustomerType
    r_days: int | None
    f_count: int
    m_minor: int
    scores: tuple[int, int, int]
    available: int
    since: datetime | None
    facts: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class People:
    """One keyset page."""

    rows: tuple[Person, ...]
    previous: str | None
    next: str | None


async def people(programme_id: int, segment: Segment, *, also: str = "", cursor: str | None = None) -> People:
    """A page of a segment's people. `also`: only those also in the segment with this public id.

    Raises Invalid for a damaged cursor, NotFound for a segment there isn't.
    """
    turned = turn(cursor, str, int)
    async with snapshot():
        state = await footing.state(programme_id)
        other = await stored.by_uid(programme_id, also) if also else None
        found = await Statement(_filled(_IN, turned)).rows(
            programme_id,
            segment.id,
            Condition(_ALSO, (other.id,)) if other else Condition("1 = 1"),
            _beyond(turned),
        )
    page = turned.page(found, lambda row: (row["since"].isoformat(), row["customer_id"]))
    day = state.footing.day if state else 0
    return People(tuple(person(row, day) for row in page.items), page.previous, page.next)


def person(row: Row, day: int) -> Person:
    """A row with COLUMNS as people see it; `since` and `facts` where it has them."""
    last: Any = row["last_day"]
    return Person(
        uid=row["uid"],
        name=name_of(row),
        email=row["email"],
        type=CustomerType(row["type"]),
        r_days=None if last is None else day - last,
        f_count=row["f_count"] or 0,
        m_minor=row["m_minor"] or 0,
        scores=(row["r_score"] or 0, row["f_score"] or 0, row["m_score"] or 0),
        available=row["available"] or 0,
        since=row.get("since"),
        facts=loads(row["facts"]) if row.get("facts") is not None else {},
    )


def _filled(sql: str, turned: Turn) -> str:
    return sql.replace("{order}", turned.order).replace("{limit}", str(turned.limit))


def _beyond(turned: Turn) -> Condition:
    if not turned.key:
        return Condition("1 = 1")
    since, customer_id = moment(turned.key[0]), turned.key[1]
    return Condition(
        f"(m.since {turned.beyond} {{}} OR (m.since = {{}} AND m.customer_id {turned.beyond} {{}}))",
        (since, since, customer_id),
    )
