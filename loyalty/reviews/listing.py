"""Reviews as pages show them: the queue, Activities → Reviews, a customer's, and one (PRODUCT D1, H1)."""

from collections.abc import Sequence

from db.engine import Row, one, rows, snapshot
from db.enums import ReviewStatus
from loyalty import programmes, turning
from loyalty.customers.naming import known
from loyalty.customers.search import Condition
from loyalty.customers.tallies import CAP, tally, together
from loyalty.customers.views import Tally
from loyalty.errors import NotFound
from loyalty.programmes import Programme
from loyalty.reviews.filters import ReviewFilter
from loyalty.reviews.forecast import forecast
from loyalty.reviews.matching import matching
from loyalty.reviews.reading import ROWS, view
from loyalty.reviews.views import ReviewList, ReviewView

MOST = 200
"""Of one customer's reviews, so many are shown, the newest."""


async def listing(programme_id: int, wanted: ReviewFilter, cursor: str | None = None) -> ReviewList:
    """One page of what the filter lets through, newest first. Tallies stop at 1,000.

    Raises Invalid for a damaged cursor.
    """
    turn = turning.turn(cursor, int)
    async with snapshot():
        programme = await programmes.get(programme_id)
        found = await matching(programme, wanted)
        by_status = await _tallies(found.where)
        place = Condition(f"r.id {turn.beyond} {{}}", turn.key) if turn.key else Condition("1 = 1")
        of_status = Condition("r.status = {}", (wanted.status,)) if wanted.status else Condition("1 = 1")
        sql = ROWS.replace("{where}", f"{found.where.sql} AND {of_status.sql} AND {place.sql}")
        sql = sql.replace("{order}", turn.order).replace("{limit}", str(turn.limit))
        page = turn.page(
            await rows(sql, *found.where.args, *of_status.args, *place.args), lambda row: (row["id"],)
        )
        shown = await _views(programme, page.items)
    everything = together(list(by_status.values()))
    return ReviewList(
        rows=shown,
        everything=everything,
        by_status=by_status,
        found=by_status[wanted.status] if wanted.status else everything,
        since=found.since,
        until=found.until,
        previous=page.previous,
        next=page.next,
    )


async def of_customer(programme_id: int, customer_uid: str) -> tuple[ReviewView, ...]:
    """One customer's reviews, newest first, at most 200. Raises NotFound."""
    async with snapshot():
        who = await known(programme_id, customer_uid)
        programme = await programmes.get(programme_id)
        where = "r.programme_id = {} AND r.customer_id = {}"
        sql = ROWS.replace("{where}", where).replace("{order}", "DESC").replace("{limit}", str(MOST))
        return await _views(programme, await rows(sql, programme_id, who.id))


async def review(programme_id: int, uid: str) -> ReviewView:
    """One review. Raises NotFound."""
    async with snapshot():
        programme = await programmes.get(programme_id)
        sql = ROWS.replace("{where}", "r.programme_id = {} AND r.uid = {}")
        row = await one(sql.replace("{order}", "DESC").replace("{limit}", "1"), programme_id, uid)
        if row is None:
            raise NotFound("There is no such review in this programme.")
        return (await _views(programme, (row,)))[0]


async def waiting(programme_id: int) -> Tally:
    """How many reviews wait for a decision; counted up to 1,000."""
    row = await one(
        f"SELECT count(*) AS n FROM (SELECT 1 FROM reviews WHERE programme_id = {{}} AND status = 'pending'"
        f" LIMIT {CAP + 1}) capped",
        programme_id,
    )
    assert row is not None
    return tally(row["n"])


async def _views(programme: Programme, found: Sequence[Row]) -> tuple[ReviewView, ...]:
    worth = await forecast(programme, found)
    return tuple(view(row, worth.get(row["id"], ())) for row in found)


async def _tallies(where: Condition) -> dict[ReviewStatus, Tally]:
    counted = ", ".join(
        f"(SELECT count(*) FROM (SELECT 1 FROM reviews r WHERE {where.sql} AND r.status = '{status}'"
        f" LIMIT {CAP + 1}) capped) AS {status}"
        for status in ReviewStatus
    )
    row = await one(f"SELECT {counted}", *where.args * len(ReviewStatus))
    assert row is not None
    return {status: tally(row[status]) for status in ReviewStatus}
