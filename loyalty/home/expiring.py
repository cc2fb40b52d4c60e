"""Points whose day comes within 30 days, soonest first: who would lose what."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from db.engine import Row, one, rows, snapshot
from loyalty import clock, programmes, turning
from loyalty.customers.views import Tally
from loyalty.home.views import Expiring, ExpiringList, ExpiringLot
from loyalty.rules.days import day_end, local_day, zone
from loyalty.rules.naming import name_of

MOST = 10_000
WINDOW = "remaining > 0 AND expires_at >= {} AND expires_at < {}"
"""The lots whose day lies between two moments; an index begins with it."""

_DAYS = timedelta(days=30)
_INSTANT = timedelta(microseconds=1)
_SUM = f"""SELECT count(*) AS lots, CAST(coalesce(sum(remaining), 0) AS BIGINT) AS points
    FROM (SELECT remaining FROM lots WHERE programme_id = {{}} AND {WINDOW}
      ORDER BY expires_at LIMIT {MOST + 1}) soon"""
_PAGE = """SELECT l.id, l.remaining, l.expires_at, c.uid, c.first_name, c.last_name, c.email, c.phone
    FROM lots l JOIN customers c ON c.programme_id = l.programme_id AND c.id = l.customer_id
    WHERE l.programme_id = {} AND l.remaining > 0 AND l.expires_at >= {} AND l.expires_at < {}{place}
    ORDER BY l.expires_at {order}, l.id {order} LIMIT {limit}"""


def bounds(today: date, here: ZoneInfo) -> tuple[datetime, datetime, date]:
    """From now until the end of the 30th day from today, and that day."""
    last = today + _DAYS
    # A lot's day ends where the next begins, so the last day's lots expire at this very moment.
    return clock.now(), day_end(last, here) + _INSTANT, last


def _last_day(row: Row, here: ZoneInfo) -> date:
    """The day that ends with the lot: at its moment the next one has begun."""
    return local_day(row["expires_at"] - _INSTANT, here)


async def listing(programme_id: int, cursor: str | None = None) -> ExpiringList:
    """One page. Raises Invalid for a damaged cursor."""
    turn = turning.turn(cursor, str, int, rising=True)
    async with snapshot():
        programme = await programmes.get(programme_id)
        here = zone(programme.time_zone)
        since, until, last = bounds(local_day(clock.now(), here), here)
        total = await one(_SUM, programme_id, since, until)
        assert total is not None
        place, key = "", tuple[object, ...]()
        if turn.key:
            place, key = (
                f" AND (l.expires_at, l.id) {turn.beyond} ({{}}, {{}})",
                (turning.moment(turn.key[0]), turn.key[1]),
            )
        sql = (
            _PAGE.replace("{place}", place).replace("{order}", turn.order).replace("{limit}", str(turn.limit))
        )
        page = turn.page(
            await rows(sql, programme_id, since, until, *key),
            lambda row: (row["expires_at"].isoformat(), row["id"]),
        )
    return ExpiringList(
        rows=tuple(
            ExpiringLot(row["uid"], name_of(row), row["email"], row["remaining"], _last_day(row, here))
            for row in page.items
        ),
        found=Expiring(total["points"], Tally(min(total["lots"], MOST), total["lots"] > MOST), last),
        previous=page.previous,
        next=page.next,
    )
