"""What counts towards a tier, over the window that is open now (PRODUCT F1).

Spend and orders count paid orders that are not tests and were placed on earning status; what was refunded
no longer counts. An order counts on the day it was placed, in the programme's zone.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from db.engine import value
from db.enums import TierMetric
from db.ids import first_id
from loyalty.ledger.accounts import Account
from loyalty.rules.days import local_day
from loyalty.rules.tier_windows import window_days
from loyalty.rules.tiers import TierPolicy

COUNTED = {
    TierMetric.SPEND: "o.total_minor - o.refunded_minor",
    TierMetric.ORDERS: "CASE WHEN o.refunded_minor < o.total_minor THEN 1 ELSE 0 END",
}
"""What one order adds to the metric."""

THAT_COUNT = "o.status = 'paid' AND o.test = false AND coalesce(o.earns, true) = true"

_ORDERS = {
    metric: f"""SELECT CAST(coalesce(sum({amount}), 0) AS BIGINT) FROM orders o
    WHERE o.programme_id = {{}} AND o.customer_id = {{}} AND {THAT_COUNT}
      AND o.placed_at >= {{}} AND o.placed_at < {{}}"""
    for metric, amount in COUNTED.items()
}

# An entry's id is made from the moment it counts at, so the range needs no index of its own.
# What somebody earned on a record that was merged into theirs counts with its own day.
_POINTS = """SELECT CAST(coalesce(sum(qualifying), 0) AS BIGINT) FROM ledger_entries
    WHERE programme_id = {} AND customer_id IN (SELECT CAST({} AS BIGINT) UNION ALL
        SELECT c.id FROM customers c WHERE c.programme_id = {} AND c.merged_into = {})
      AND id >= {} AND id < {}"""

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


async def measure(account: Account, policy: TierPolicy) -> int:
    """The customer's metric in the window open now: minor units, points or orders."""
    start, end = bounds(policy, account.now, joined_on(account), zone_of(account))
    if policy.metric is TierMetric.POINTS:
        return int(await value(_POINTS, *account.key, *account.key, first_id(start), first_id(end)))
    return int(await value(_ORDERS[policy.metric], *account.key, start, end))


def bounds(policy: TierPolicy, now: datetime, joined: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The window open at `now` in UTC, as [from, until)."""
    days = window_days(policy.window, local_day(now, zone), joined, policy.rolling_days)
    start, end = days.bounds(zone)
    assert end is not None  # every window ends: today, or with its year
    return start or _EARLIEST, end


def joined_on(account: Account) -> date:
    """The day a membership year begins on, in the programme's zone."""
    return local_day(account.joined_at or account.now, zone_of(account))


def zone_of(account: Account) -> ZoneInfo:
    return ZoneInfo(account.programme.time_zone)
