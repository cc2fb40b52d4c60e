"""A segment's people as CSV, each with the numbers that brought them there (PRODUCT K5, B2)."""

from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

from db.engine import Row, atomic, loads, stream
from loyalty import audit, programmes
from loyalty.exports.pieces import pieces
from loyalty.programmes import Programme
from loyalty.rules import money
from loyalty.rules.actors import Actor
from loyalty.rules.days import zone
from loyalty.segments import footing
from loyalty.segments.saying import said
from loyalty.segments.stored import Segment

_HEADINGS = (
    "First name", "Last name", "E-mail", "Type", "Since", "R days", "F order days", "M", "Currency", "R score",
    "F score", "M score", "Available", "Facts on entry", "Customer id",
)  # fmt: skip

_ALL = """SELECT c.uid, c.first_name, c.last_name, c.email, c.type, m.since, m.facts, f.last_day, f.f_count, f.m_minor,
      f.r_score, f.f_score, f.m_score, f.available
    FROM segment_members m
    JOIN customers c ON c.programme_id = m.programme_id AND c.id = m.customer_id
    LEFT JOIN segment_facts f ON f.programme_id = m.programme_id AND f.customer_id = m.customer_id
    WHERE m.programme_id = {} AND m.segment_id = {} ORDER BY m.since DESC, m.customer_id DESC"""


async def csv(programme_id: int, segment: Segment, *, by: Actor) -> AsyncIterator[str]:
    """Record that `by` takes the list away, then answer the pieces of the file. No cell can be a formula."""
    async with atomic():
        await audit.record(
            programme_id,
            "customers.exported",
            ("segment", segment.id),
            f"The people of {segment.name} were exported",
            by=by,
        )
    return _pieces(programme_id, segment)


async def _pieces(programme_id: int, segment: Segment) -> AsyncIterator[str]:
    programme = await programmes.get(programme_id)
    state = await footing.state(programme.id)
    here, day = zone(programme.time_zone), state.footing.day if state else 0
    lines = (_cells(row, programme, here, day) async for row in stream(_ALL, programme_id, segment.id))
    async for piece in pieces(_HEADINGS, lines, here):
        yield piece


def _cells(row: Row, programme: Programme, here: ZoneInfo, day: int) -> tuple[object, ...]:
    return (
        row["first_name"], row["last_name"], row["email"], row["type"], row["since"],
        None if row["last_day"] is None else day - row["last_day"], row["f_count"],
        money.plain(row["m_minor"] or 0, programme.currency), programme.currency, row["r_score"],
        row["f_score"], row["m_score"], None if row["type"] == "guest" else row["available"],
        "; ".join(said(loads(row["facts"]), here)), row["uid"],
    )  # fmt: skip
