"""Activities → Reviews as CSV: exactly what the filter lets through, however much it is (PRODUCT B2, D1)."""

import csv as csv_format
import io
from collections.abc import AsyncIterator

from db.engine import stream
from loyalty import programmes
from loyalty.exports.files import cell
from loyalty.reviews.filters import ReviewFilter
from loyalty.reviews.matching import matching
from loyalty.reviews.reading import ROWS, view
from loyalty.reviews.views import ReviewView
from loyalty.rules.days import zone

_HEADINGS = (
    "Written", "Customer", "E-mail", "Product", "Stars", "Title", "Text", "Photo", "Video", "Status", "Decided",
    "By", "Reason", "Points", "Review", "Customer id",
)  # fmt: skip
_CHUNK = 32_768

# Excel takes a file without this mark for the country's old encoding.
_UTF8_MARK = "\ufeff"


async def csv(programme_id: int, wanted: ReviewFilter) -> AsyncIterator[str]:
    """Pieces of the file, newest review first, on a connection of its own.

    Moments are in the programme's zone. No cell can be taken for a formula.
    """
    programme = await programmes.get(programme_id)
    here = zone(programme.time_zone)
    found = await matching(programme, wanted)
    status = ("r.status = {}", (wanted.status,)) if wanted.status else ("1 = 1", ())
    sql = ROWS.replace("{where}", f"{found.where.sql} AND {status[0]}")
    sql = sql.replace("{order}", "DESC").replace(" LIMIT {limit}", "")
    text = io.StringIO()
    write = csv_format.writer(text).writerow
    text.write(_UTF8_MARK)
    write(_HEADINGS)
    async for row in stream(sql, *found.where.args, *status[1]):
        review = view(row, ())
        when = (each and each.astimezone(here) for each in (review.submitted, review.decided))
        write([cell(value) for value in _cells(review, *when)])
        if text.tell() > _CHUNK:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def _cells(review: ReviewView, written: object, decided: object) -> tuple[object, ...]:
    return (
        written,
        review.customer_name,
        review.email,
        review.product,
        review.rating,
        review.title,
        review.body,
        "yes" if review.has_photo else "",
        "yes" if review.has_video else "",
        str(review.status),
        decided,
        review.decided_by,
        review.reason,
        review.points,
        review.uid,
        review.customer_uid,
    )
