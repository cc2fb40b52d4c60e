"""The nightly look at everybody whose period, grace or floor has ended (PRODUCT F1).

Nobody loses or gains by a night without it: a grace begins when the qualification ended, not when
somebody looked.
"""

from datetime import datetime

from db.engine import atomic, retried, rows
from db.enums import TierWindow
from loyalty import clock, programmes
from loyalty.ledger.locking import locked
from loyalty.rules.days import day_start, local_day, zone
from loyalty.tiers.evaluating import evaluate
from loyalty.tiers.schemes import scheme

BATCH = 500

_DUE = """SELECT c.id FROM customers c
    LEFT JOIN customer_tiers t ON t.programme_id = c.programme_id AND t.customer_id = c.id
    WHERE c.programme_id = {} AND c.type = 'member' AND c.id > {}
      AND (t.evaluated_at IS NULL
        OR (t.qualified_until <= {} AND t.evaluated_at < t.qualified_until)
        OR (t.grace_until <= {} AND t.evaluated_at < t.grace_until)
        OR (t.floor_until <= {} AND t.evaluated_at < t.floor_until)
        OR ({} = true AND t.tier_id IS NOT NULL AND t.evaluated_at < {}))
    ORDER BY c.id LIMIT {}"""


async def due(programme_id: int, *, after: int = 0, limit: int = BATCH) -> tuple[int, ...]:
    """Internal ids of members to look at now, by id: a date has passed, or they were never evaluated.

    In a rolling window the metric sinks by itself, so there everybody with a tier is due once a day.
    """
    programme, now = await programmes.get(programme_id), clock.now()
    policy = (await scheme(programme_id)).policy
    if policy is None:
        return ()
    today = _start_of_day(now, programme.time_zone)
    rolling = policy.window is TierWindow.ROLLING
    found = await rows(_DUE, programme_id, after, now, now, now, rolling, today, limit)
    return tuple(row["id"] for row in found)


async def sweep(programme_id: int) -> int:
    """Evaluate everybody who is due, each in a transaction of their own. Returns how many moved."""
    moved, after = 0, 0
    while batch := await due(programme_id, after=after):
        for customer_id in batch:
            moved += await _evaluate(programme_id, customer_id)
        after = batch[-1]
    return moved


@retried
async def _evaluate(programme_id: int, customer_id: int) -> bool:
    async with atomic():
        account = await locked(programme_id, customer_id)
        return await evaluate(account, reason="Nightly evaluation") is not None


def _start_of_day(now: datetime, zone_name: str) -> datetime:
    where = zone(zone_name)
    return day_start(local_day(now, where), where)
