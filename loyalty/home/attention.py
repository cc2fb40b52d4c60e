"""What needs somebody, in one statement of capped counts."""

from datetime import date
from zoneinfo import ZoneInfo

from db.engine import one
from loyalty.activities.referrals.matching import FLAGGED
from loyalty.customers.erasures import OPEN
from loyalty.customers.tallies import CAP, tally
from loyalty.customers.views import Tally
from loyalty.home.expiring import MOST, WINDOW, bounds
from loyalty.home.views import Attention, Expiring


def _capped(name: str, where: str) -> str:
    return f"(SELECT count(*) FROM (SELECT 1 FROM {where} LIMIT {CAP + 1}) capped) AS {name}"


_ATTENTION = f"""SELECT
    {_capped("reviews", "reviews r WHERE r.programme_id = {0} AND r.status = 'pending'")},
    {_capped("referrals", f"referrals f WHERE f.programme_id = {{0}} AND {FLAGGED}")},
    {_capped("erasures", OPEN)},
    {_capped("jobs", "jobs j WHERE j.programme_id = {0} AND j.state = 'dead'")},
    {_capped("events", "inbound_events v WHERE v.programme_id = {0} AND v.state = 'dead'")},
    x.lots, x.points
    FROM (SELECT count(*) AS lots, CAST(coalesce(sum(remaining), 0) AS BIGINT) AS points
      FROM (SELECT remaining FROM lots WHERE programme_id = {{0}} AND {WINDOW.format("{1}", "{2}")}
        ORDER BY expires_at LIMIT {MOST + 1}) soon) x"""


async def attention(programme_id: int, today: date, here: ZoneInfo) -> Attention:
    """Counts up to 1,000; expiring points of up to 10,000 lots."""
    since, until, last = bounds(today, here)
    row = await one(_ATTENTION, programme_id, since, until)
    assert row is not None
    return Attention(
        reviews=tally(row["reviews"]),
        referrals=tally(row["referrals"]),
        erasures=tally(row["erasures"]),
        jobs=tally(row["jobs"]),
        events=tally(row["events"]),
        expiring=Expiring(row["points"], Tally(min(row["lots"], MOST), row["lots"] > MOST), last),
    )
