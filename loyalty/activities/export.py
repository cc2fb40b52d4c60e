"""Activities → Points as CSV: exactly what the filter lets through, however much it is (PRODUCT B2, D1)."""

import csv as csv_format
import io
from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

from db.engine import stream
from loyalty import programmes
from loyalty.activities import entries
from loyalty.activities.filters import PointsFilter
from loyalty.activities.matching import matching, of_kind
from loyalty.activities.views import EntryView
from loyalty.exports.files import cell
from loyalty.rules.days import zone
from loyalty.rules.naming import name_of

_HEADINGS = (
    "When", "Customer", "E-mail", "Kind", "About", "Points", "Why", "By", "Reason", "Comment", "Available", "Expires",
    "Entry", "Undone by", "Undoes", "Customer id",
)  # fmt: skip
_CHUNK = 32_768

# Excel takes a file without this mark for the country's old encoding.
_UTF8_MARK = "\ufeff"

_ALL = f"""SELECT c.uid AS customer_uid, c.first_name, c.last_name, c.email, c.phone, c.erased_at, {entries.COLUMNS}
    FROM ledger_entries e
    JOIN customers c ON c.programme_id = {{0}} AND c.id = e.customer_id
    {entries.JOINS} WHERE {{where}} ORDER BY e.id DESC"""


async def csv(programme_id: int, wanted: PointsFilter) -> AsyncIterator[str]:
    """Pieces of the file, newest entry first, on a connection of its own.

    Moments are in the programme's zone. No cell can be taken for a formula.
    """
    programme = await programmes.get(programme_id)
    here = zone(programme.time_zone)
    found = await matching(programme, wanted)
    branches = [found.branch(source, of_kind(wanted)) for source in found.sources or (None,)]
    text = io.StringIO()
    write = csv_format.writer(text).writerow
    text.write(_UTF8_MARK)
    write(_HEADINGS)
    if found.sources != ():
        sql = _ALL.replace("{where}", " OR ".join(f"({branch.sql})" for branch in branches))
        args = [value for branch in branches for value in (programme_id, *branch.args)]
        async for row in stream(sql, *args):
            entry = entries.view(row, programme, here)
            cells = (*_cells(entry, (name_of(row), row["email"])), row["customer_uid"])
            write([cell(_local(value, here)) for value in cells])
            if text.tell() > _CHUNK:
                yield text.getvalue()
                text.seek(0)
                text.truncate()
    yield text.getvalue()


def _local(value: object, here: ZoneInfo) -> object:
    return value.astimezone(here) if isinstance(value, datetime) else value


def _cells(entry: EntryView, who: tuple[str, str | None]) -> tuple[object, ...]:
    return (
        entry.at,
        *who,
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
    )
