"""How far a member's next tier is, measured now (PRODUCT B3, F1)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from db.engine import Row, value
from db.enums import TierDowngrade, TierMetric
from db.ids import first_id
from loyalty.customers.standing import last_day
from loyalty.customers.views import TierMark, TierProgress
from loyalty.rules import tiers as rules
from loyalty.rules.days import local_day
from loyalty.rules.tiers import TierPolicy
from loyalty.tiers.metrics import COUNTED, THAT_COUNT, bounds
from loyalty.tiers.schemes import Scheme

_ORDERS = f"""SELECT CAST(coalesce(sum({{amount}}), 0) AS BIGINT) FROM orders o
    WHERE o.programme_id = {{}} AND o.customer_id = {{}} AND {THAT_COUNT}
      AND o.placed_at >= {{}} AND o.placed_at < {{}}"""
_POINTS = """SELECT CAST(coalesce(sum(qualifying), 0) AS BIGINT) FROM ledger_entries
    WHERE programme_id = {} AND customer_id = {} AND id >= {} AND id < {}"""


async def progress(
    programme_id: int,
    customer: Row,
    scheme: Scheme,
    marks: dict[int, TierMark],
    now: datetime,
    zone: ZoneInfo,
) -> TierProgress | None:
    """The way to the next tier; None where tiers are given by hand only, or there are none.

    `customer` is a row with id, joined_at, tier_id, qualified_until, grace_until and floor_until.
    """
    policy = scheme.policy
    if policy is None or not scheme.levels:
        return None
    joined = local_day(customer["joined_at"] or now, zone)
    start, end = bounds(policy, now, joined, zone)
    have = await _measured(programme_id, customer["id"], policy, start, end)
    following = rules.progress(scheme.levels, customer["tier_id"], have).next
    return TierProgress(
        tier=marks.get(customer["tier_id"]),
        kept_until=_kept_until(customer, policy, zone),
        next=marks[following.id] if following else None,
        metric=policy.metric,
        have=have,
        need=following.threshold if following else have,
    )


async def _measured(
    programme_id: int, customer_id: int, policy: TierPolicy, start: datetime, end: datetime
) -> int:
    if policy.metric is TierMetric.POINTS:
        return int(await value(_POINTS, programme_id, customer_id, first_id(start), first_id(end)))
    sql = _ORDERS.replace("{amount}", COUNTED[policy.metric])
    return int(await value(sql, programme_id, customer_id, start, end))


def _kept_until(customer: Row, policy: TierPolicy, zone: ZoneInfo) -> date | None:
    if customer["tier_id"] is None or policy.downgrade is TierDowngrade.NEVER:
        return None
    ends = [customer[name] for name in ("qualified_until", "grace_until", "floor_until") if customer[name]]
    return last_day(max(ends), zone) if ends else None
