"""Members with the tier they have and their metric under a policy, without loading everybody (PRODUCT F3).

One grouped statement, except where membership years begin on everybody's own day: there members are read
a batch at a time with the amounts of their last two years.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from db.engine import rows
from db.enums import TierMetric
from db.ids import first_id
from loyalty.rules.days import local_day
from loyalty.rules.tier_previews import Member
from loyalty.rules.tiers import TierPolicy
from loyalty.tiers.metrics import COUNTED, THAT_COUNT, bounds

BATCH = 1_000

_POINTS = """SELECT e.customer_id, e.effective_at AS at, e.qualifying AS amount FROM ledger_entries e
    WHERE e.programme_id = {} AND e.id >= {} AND e.id < {} AND e.qualifying <> 0"""
_AMOUNTS = {
    metric: f"""SELECT o.customer_id, o.placed_at AS at, {amount} AS amount FROM orders o
    WHERE o.programme_id = {{}} AND {THAT_COUNT} AND o.placed_at >= {{}} AND o.placed_at < {{}}"""
    for metric, amount in COUNTED.items()
} | {TierMetric.POINTS: _POINTS}

_SUMMED = """SELECT c.id, t.tier_id, coalesce(s.total, 0) AS metric FROM customers c
    LEFT JOIN customer_tiers t ON t.programme_id = c.programme_id AND t.customer_id = c.id
    LEFT JOIN (SELECT a.customer_id, CAST(sum(a.amount) AS BIGINT) AS total FROM ({amounts}) a
               GROUP BY a.customer_id) s ON s.customer_id = c.id
    WHERE c.programme_id = {} AND c.type = 'member'"""
_BATCH = f"""SELECT c.id, c.joined_at, t.tier_id FROM customers c
    LEFT JOIN customer_tiers t ON t.programme_id = c.programme_id AND t.customer_id = c.id
    WHERE c.programme_id = {{}} AND c.type = 'member' AND c.id > {{}} ORDER BY c.id LIMIT {BATCH}"""


@dataclass(frozen=True, slots=True)
class Statement:
    """A query and its values. This one gives id, tier_id and metric of every member."""

    sql: str
    args: tuple[Any, ...]


def summed(programme_id: int, policy: TierPolicy, now: datetime, zone: ZoneInfo) -> Statement:
    """Every member's tier and metric, for windows that are the same for everybody."""
    start, end = bounds(policy, now, date(now.year, 1, 1), zone)
    sql = _SUMMED.replace("{amounts}", _AMOUNTS[policy.metric])
    return Statement(sql, (programme_id, *_range(policy, start, end), programme_id))


async def in_their_own_year(
    programme_id: int, policy: TierPolicy, now: datetime, zone: ZoneInfo, *, after: int = 0
) -> AsyncIterator[Member]:
    """Members by id, each with the metric of their own membership year; `after` is an id."""
    longest = datetime(now.year - 1, 1, 1, tzinfo=UTC), datetime(now.year + 2, 1, 1, tzinfo=UTC)
    while people := await rows(_BATCH, programme_id, after):
        amounts = await _amounts(programme_id, policy, longest, [row["id"] for row in people])
        for row in people:
            start, end = bounds(policy, now, local_day(row["joined_at"] or now, zone), zone)
            metric = sum(amount for at, amount in amounts.get(row["id"], ()) if start <= at < end)
            yield Member(row["id"], row["tier_id"], metric)
        after = people[-1]["id"]


async def _amounts(
    programme_id: int, policy: TierPolicy, longest: tuple[datetime, datetime], ids: Sequence[int]
) -> dict[int, list[tuple[datetime, int]]]:
    found: dict[int, list[tuple[datetime, int]]] = {}
    sql = f"{_AMOUNTS[policy.metric]} AND customer_id IN ({', '.join(['{}'] * len(ids))})"
    for row in await rows(sql, programme_id, *_range(policy, *longest), *ids):
        found.setdefault(row["customer_id"], []).append((row["at"], row["amount"]))
    return found


def _range(policy: TierPolicy, start: datetime, end: datetime) -> tuple[int, int] | tuple[datetime, datetime]:
    return (first_id(start), first_id(end)) if policy.metric is TierMetric.POINTS else (start, end)
