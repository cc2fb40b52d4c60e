"""Activities → Points as CSV: exactly what the filter lets through, however much it is (PRODUCT B2, D1)."""

from collections.abc import AsyncIterator

from db.engine import Row, stream
from loyalty import programmes
from loyalty.activities import entries
from loyalty.activities.filters import PointsFilter
from loyalty.activities.matching import matching, of_kind
from loyalty.activities.views import EntryView
from loyalty.exports.pieces import pieces
from loyalty.rules.days import zone
from loyalty.rules.naming import name_of

_HEADINGS = (
    "When", "Customer", "E-mail", "Kind", "About", "Points", "Why", "By", "Reason", "Comment", "Available", "Expires",
    "Entry", "Undone by", "Undoes", "Customer id",
)  # fmt: skip

_ALL = f"""SELECT c.uid AS customer_uid, c.first_name, c.last_name, c.email, c.phone, c.erased_at, {entries.COLUMNS}
    FROM ledger_entries e
    JOIN customers c ON c.programme_id = {{0}} AND c.id = e.customer_id
    {entries.JOINS} WHERE {{where}} ORDER BY e.id DESC"""
_NOBODY = "e.programme_id = {0} AND 1 = 0"


async def csv(programme_id: int, wanted: PointsFilter) -> AsyncIterator[str]:
    """Pieces of the file, newest entry first, on a connection of its own.

    Moments are in the programme's zone. No cell can be taken for a formula.
    """
    programme = await programmes.get(programme_id)
    here = zone(programme.time_zone)
    found = await matching(programme, wanted)
    sources = (None,) if found.sources is None else found.sources
    branches = [found.branch(source, of_kind(wanted)) for source in sources]
    where = " OR ".join(f"({branch.sql})" for branch in branches) or _NOBODY
    sql = _ALL.replace("{where}", where)
    args = [value for branch in branches for value in (programme_id, *branch.args)] or [programme_id]
    lines = (_cells(entries.view(row, programme, here), row) async for row in stream(sql, *args))
    async for piece in pieces(_HEADINGS, lines, here):
        yield piece


def _cells(entry: EntryView, row: Row) -> tuple[object, ...]:
    return (
        entry.at,
        name_of(row),
        row["email"],
        str(entry.kind),
        entry.subject,
        entry.points,
        entry.why,
        entry.actor,
        entry.reason,
        entry.comment,
        entry.releases,
        entry.expires,
        entry.uid,
        entry.undone_by,
        entry.undoes,
        row["customer_uid"],
    )
