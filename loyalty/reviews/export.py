"""Activities → Reviews as CSV: exactly what the filter lets through, however much it is (PRODUCT B2, D1)."""

from collections.abc import AsyncIterator

from db.engine import stream
from loyalty import programmes
from loyalty.exports.pieces import pieces
from loyalty.reviews.filters import ReviewFilter
from loyalty.reviews.matching import matching
from loyalty.reviews.reading import ROWS, view
from loyalty.reviews.views import ReviewView
from loyalty.rules.days import zone

_HEADINGS = (
    "Written", "Customer", "E-mail", "Product", "Stars", "Title", "Text", "Photo", "Video", "Status", "Decided",
    "By", "Reason", "Points", "Review", "Customer id",
)  # fmt: skip


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
    lines = (_cells(view(row, ())) async for row in stream(sql, *found.where.args, *status[1]))
    async for piece in pieces(_HEADINGS, lines, here):
        yield piece


def _cells(review: ReviewView) -> tuple[object, ...]:
    return (
        review.submitted,
        review.customer_name,
        review.email,
        review.product,
        review.rating,
        review.title,
        review.body,
        "yes" if review.has_photo else "",
        "yes" if review.has_video else "",
        str(review.status),
        review.decided,
        review.decided_by,
        review.reason,
        review.points,
        review.uid,
        review.customer_uid,
    )
