"""The first page's numbers, in five queries that don't grow with the ledger (PRODUCT O6)."""

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from db.engine import one, snapshot
from loyalty import clock, programmes
from loyalty.activities.matching import ids_of
from loyalty.customers.tallies import CAP, tally
from loyalty.customers.views import Tally
from loyalty.home import spans
from loyalty.home.attention import attention
from loyalty.home.moved import moved
from loyalty.home.returning import COUNTED, measured
from loyalty.home.views import Grain, Overview
from loyalty.rules.days import Days, local_day, zone

MOST_MEMBERS = 100_000

_MEMBERS = f"""(SELECT count(*) FROM (SELECT 1 FROM customers WHERE programme_id = {{}} AND type = 'member'
    LIMIT {MOST_MEMBERS + 1}) capped)"""
_JOINED = f"""(SELECT count(*) FROM (SELECT 1 FROM customers WHERE programme_id = {{}} AND type = 'member'
    AND joined_at >= {{}} AND joined_at < {{}} LIMIT {CAP + 1}) capped)"""
_PEOPLE = f"""SELECT {_MEMBERS} AS members, {_JOINED} AS joined, {_JOINED} AS joined_before,
      n.buyers, n.again, n.orders, w.buyers AS buyers_before, w.again AS again_before, w.orders AS orders_before
    FROM ({COUNTED}) n, ({COUNTED}) w"""


async def overview(programme_id: int, by: Grain = Grain.WEEK) -> Overview:
    """Everything the page shows, as of one moment. Members are counted up to 100,000."""
    async with snapshot():
        programme = await programmes.get(programme_id)
        here = zone(programme.time_zone)
        today = local_day(clock.now(), here)
        people = await _people(programme_id, today, here)
        needs = await attention(programme_id, today, here)
        asked = (spans.recent(today), spans.before(today), *spans.steps(by, today))
        now, before, *whole, running = await moved(programme_id, asked, here)
    return Overview(
        objective=programme.objective,
        metric=programme.objective_metric,
        attention=needs,
        members=Tally(min(people["members"], MOST_MEMBERS), people["members"] > MOST_MEMBERS),
        now=now,
        before=before,
        returning=measured(people),
        returning_before=measured(people, "_before"),
        joined=tally(people["joined"]),
        joined_before=tally(people["joined_before"]),
        by=by,
        chart=(*whole, replace(running, so_far=True)),
    )


async def _people(programme_id: int, today: date, here: ZoneInfo) -> dict[str, Any]:
    joined = [
        value
        for span in (spans.recent(today), spans.before(today))
        for value in (programme_id, *Days(*span).bounds(here))
    ]
    args = [
        value
        for span in (spans.recent(today), spans.before(today))
        for value in (programme_id, programme_id, *ids_of(*span, here))
    ]
    row = await one(_PEOPLE, programme_id, *joined, *args)
    assert row is not None
    return row
