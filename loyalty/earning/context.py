"""What was true of a customer when they earned: stored with the order, so that refunds judge alike."""

from collections.abc import Sequence
from datetime import datetime

from db.engine import one, value
from loyalty.audiences.memberships import asked_about, memberships
from loyalty.ledger.accounts import Account
from loyalty.ledger.lifetimes import zone_of
from loyalty.once import nobody_has
from loyalty.rules import customers
from loyalty.rules.days import local_day, period_of
from loyalty.rules.earning import EarnContext, RuleVersion
from loyalty.rules.memberships import among

_TIER = """SELECT t.id, t.multiplier_percent FROM customer_tiers s
    JOIN tiers t ON t.programme_id = s.programme_id AND t.id = s.tier_id
    WHERE s.programme_id = {} AND s.customer_id = {}"""

# Whatever version of the rule it was. An order cancelled or refunded in full used nothing up.
_EARNED = """SELECT CAST(coalesce((
        SELECT sum(l.points) FROM line_earnings l JOIN orders o ON o.programme_id = l.programme_id AND o.id = l.order_id
        JOIN earning_rule_versions v ON v.programme_id = l.programme_id AND v.id = l.rule_version_id
        WHERE l.programme_id = {} AND o.customer_id = {} AND v.rule_id = (
            SELECT rule_id FROM earning_rule_versions WHERE programme_id = {} AND id = {})
          AND o.status = 'paid' AND o.refunded_minor < o.total_minor
          AND coalesce(o.paid_at, o.placed_at) >= {} AND coalesce(o.paid_at, o.placed_at) < {}), 0)
    + coalesce((
        SELECT sum(e.points) FROM ledger_entries e
        JOIN earning_rule_versions v ON v.programme_id = e.programme_id AND v.id = e.rule_version_id
        WHERE e.programme_id = {} AND e.customer_id = {} AND e.kind = 'earn_action' AND v.rule_id = (
            SELECT rule_id FROM earning_rule_versions WHERE programme_id = {} AND id = {})
          AND e.effective_at >= {} AND e.effective_at < {}), 0) AS BIGINT)"""


async def context_of(
    account: Account,
    at: datetime,
    versions: Sequence[RuleVersion],
    *,
    first_order: bool = False,
    earning: bool | None = None,
) -> EarnContext:
    """The context at a moment. `earning` None: as the customer's type says (PRODUCT A1).

    Their segments are those of the moment, so that a late delivery earns as it would have earned in time.
    """
    zone = zone_of(account.programme)
    today = local_day(at, zone)
    if earning is None:
        earning = customers.earns(account.type, guest_earning=account.programme.guest_earning)
    tier = None if await nobody_has("tiers", account.programme.id) else await one(_TIER, *account.key)
    segments = await memberships(account.programme.id, [account.customer_id], asked_about(versions))
    earned: list[tuple[int, int]] = []
    for version in versions:
        if version.definition.period is not None:
            since, until = period_of(version.definition.period, today).bounds(zone)
            span = (*account.key, account.programme.id, version.id, since, until)
            earned.append((version.id, await value(_EARNED, *span, *span)))
    return EarnContext(
        on=today,
        earning=earning,
        tier_id=tier["id"] if tier else None,
        tier_percent=tier["multiplier_percent"] if tier else 100,
        first_order=first_order,
        earned_in_period=tuple(earned),
        segment_ids=among(segments[account.customer_id], at),
    )
