"""Who bought in the last 30 days and had bought before: the people behind the objective's number."""

from collections.abc import Mapping
from typing import Any

from db.engine import one, rows, snapshot
from loyalty import clock, programmes, turning
from loyalty.activities.matching import ids_of
from loyalty.home import spans
from loyalty.home.views import Buyer, Buyers, Returning
from loyalty.rules.days import local_day, zone
from loyalty.rules.naming import name_of

MOST_ORDERS = 2_000
"""The newest so many orders of a span are looked at: some 15 ms, whatever the shop's size."""

BEFORE = """EXISTS (SELECT 1 FROM orders p WHERE p.programme_id = {} AND p.customer_id = b.customer_id
    AND p.id < b.latest AND p.status = 'paid' AND p.test = false)"""
RECENT = f"""(SELECT customer_id, max(id) AS latest, count(*) AS orders FROM (
        SELECT o.customer_id, o.id FROM orders o WHERE o.programme_id = {{}} AND o.id >= {{}} AND o.id < {{}}
          AND o.status = 'paid' AND o.test = false AND o.customer_id IS NOT NULL
        ORDER BY o.id DESC LIMIT {MOST_ORDERS}) recent
      GROUP BY customer_id) b"""
COUNTED = f"""SELECT count(*) AS buyers, coalesce(sum(CASE WHEN {BEFORE} THEN 1 ELSE 0 END), 0) AS again,
      CAST(coalesce(sum(b.orders), 0) AS BIGINT) AS orders FROM {RECENT}"""
"""Values: the programme; the programme and the bounds of the span as ids."""

_PAGE = f"""SELECT b.latest, o.placed_at, c.uid, c.first_name, c.last_name, c.email, c.phone, c.erased_at FROM {RECENT}
    JOIN orders o ON o.programme_id = {{}} AND o.id = b.latest
    JOIN customers c ON c.programme_id = {{}} AND c.id = b.customer_id
    WHERE {BEFORE}"""


def measured(row: Mapping[str, Any], suffix: str = "") -> Returning:
    """What COUNTED found, in columns whose names end so."""
    again, buyers, orders = (row[f"{name}{suffix}"] for name in ("again", "buyers", "orders"))
    return Returning(again, buyers, newest=orders if orders == MOST_ORDERS else 0)


async def listing(programme_id: int, cursor: str | None = None) -> Buyers:
    """One page, the latest order first. Raises Invalid for a damaged cursor."""
    turn = turning.turn(cursor, int)
    async with snapshot():
        programme = await programmes.get(programme_id)
        here = zone(programme.time_zone)
        since, until = spans.recent(local_day(clock.now(), here))
        span = (programme_id, *ids_of(since, until, here))
        total = await one(COUNTED, programme_id, *span)
        assert total is not None
        place, key = (f" AND b.latest {turn.beyond} {{}}", turn.key) if turn.key else ("", ())
        sql = f"{_PAGE}{place} ORDER BY b.latest {turn.order} LIMIT {turn.limit}"
        found = await rows(sql, *span, programme_id, programme_id, programme_id, *key)
        page = turn.page(found, lambda row: (row["latest"],))
    return Buyers(
        tuple(Buyer(row["uid"], name_of(row), row["email"], row["placed_at"]) for row in page.items),
        measured(total),
        since,
        until,
        page.previous,
        page.next,
    )
