"""Every member's tier and metric at once, for a preview (PRODUCT F3)."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from db.engine import stream
from db.enums import TierMetric, TierWindow
from db.ids import first_id
from loyalty.rules.days import local_day
from loyalty.rules.tier_previews import Member
from loyalty.rules.tiers import TierPolicy
from loyalty.tiers.metrics import COUNTED, THAT_COUNT, bounds

_POINTS = """SELECT customer_id, effective_at AS at, qualifying AS amount FROM ledger_entries
    WHERE programme_id = {} AND id >= {} AND id < {} AND qualifying <> 0"""
_AMOUNTS = {
    metric: f"""SELECT o.customer_id, o.placed_at AS at, {amount} AS amount FROM orders o
    WHERE o.programme_id = {{}} AND {THAT_COUNT} AND o.placed_at >= {{}} AND o.placed_at < {{}}"""
    for metric, amount in COUNTED.items()
} | {TierMetric.POINTS: _POINTS}

_SUMMED = {
    metric: f"""SELECT c.id, t.tier_id, coalesce(s.total, 0) AS metric FROM customers c
    LEFT JOIN customer_tiers t ON t.programme_id = c.programme_id AND t.customer_id = c.id
    LEFT JOIN (SELECT a.customer_id, CAST(sum(a.amount) AS BIGINT) AS total FROM ({amounts}) a
               GROUP BY a.customer_id) s ON s.customer_id = c.id
    WHERE c.programme_id = {{}} AND c.type = 'member' ORDER BY c.id"""
    for metric, amounts in _AMOUNTS.items()
}
_EVERYBODY = """SELECT c.id, c.joined_at, t.tier_id FROM customers c
    LEFT JOIN customer_tiers t ON t.programme_id = c.programme_id AND t.customer_id = c.id
    WHERE c.programme_id = {} AND c.type = 'member' ORDER BY c.id"""


async def members(
    programme_id: int, policy: TierPolicy, now: datetime, zone: ZoneInfo
) -> AsyncIterator[Member]:
    """Every member with tier and metric under `policy`.

    One grouped statement, except where membership years begin on everybody's own day: there the amounts
    of the last two years are read and summed here.
    """
    if policy.window is TierWindow.ANNIVERSARY:
        async for member in _in_their_own_year(programme_id, policy, now, zone):
            yield member
        return
    start, end = bounds(policy, now, date(now.year, 1, 1), zone)
    async for row in stream(_SUMMED[policy.metric], programme_id, *_range(policy, start, end), programme_id):
        yield Member(row["id"], row["tier_id"], row["metric"])


async def _in_their_own_year(
    programme_id: int, policy: TierPolicy, now: datetime, zone: ZoneInfo
) -> AsyncIterator[Member]:
    amounts: dict[int, list[tuple[datetime, int]]] = {}
    longest = datetime(now.year - 1, 1, 1, tzinfo=UTC), datetime(now.year + 2, 1, 1, tzinfo=UTC)
    async for row in stream(_AMOUNTS[policy.metric], programme_id, *_range(policy, *longest)):
        amounts.setdefault(row["customer_id"], []).append((row["at"], row["amount"]))
    async for row in stream(_EVERYBODY, programme_id):
        start, end = bounds(policy, now, local_day(row["joined_at"], zone), zone)
        metric = sum(amount for at, amount in amounts.get(row["id"], ()) if start <= at < end)
        yield Member(row["id"], row["tier_id"], metric)


def _range(policy: TierPolicy, start: datetime, end: datetime) -> tuple[int, int] | tuple[datetime, datetime]:
    return (first_id(start), first_id(end)) if policy.metric is TierMetric.POINTS else (start, end)
