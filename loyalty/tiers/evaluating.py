"""Where a customer belongs now: after an order, an adjustment, a join, and nightly (PRODUCT F1)."""

from dataclasses import dataclass, replace

from loyalty import audit
from loyalty.audit import Action
from loyalty.ledger.accounts import Account
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.rules.tiers import Outcome, TierMove, find, rewarded
from loyalty.rules.tiers import evaluate as judge
from loyalty.tiers import standing
from loyalty.tiers.entering import Given, enter
from loyalty.tiers.metrics import joined_on, measure, zone_of
from loyalty.tiers.schemes import Scheme, scheme
from loyalty.tiers.standing import Change, Held


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A move that evaluation made: the names of both tiers (None: no tier), and the audited action."""

    from_name: str | None
    to_name: str | None
    raised: bool
    action: Action


async def evaluate(account: Account, *, by: Actor = SYSTEM, reason: str = "") -> Evaluated | None:
    """Bring a member's tier to what the policy says now, in the caller's transaction. PRODUCT F1, F2.

    A raise pays the entry points and rewards of the tier entered (not of those skipped), once per tier and
    qualification period. A tier given by hand is a floor. None: nothing moved; guests and people who left
    are never moved. `reason` is what made it happen ("Order #1001").
    """
    programme = await scheme(account.programme.id)
    if programme.policy is None or account.type != "member":
        return None
    before = await standing.held(account)
    outcome = judge(
        programme.policy,
        programme.levels,
        before.standing,
        metric := await measure(account, programme.policy),
        account.now,
        zone=zone_of(account),
        joined_on=joined_on(account),
        floor=before.floor,
    )
    to_id = outcome.tier.id if outcome.tier else None
    moved = to_id != before.tier_id
    await standing.save(
        account,
        replace(
            before,
            tier_id=to_id,
            since=account.now if moved else before.since,
            qualified_until=outcome.qualified_until,
            grace_until=outcome.grace_until,
            metric_value=metric,
        ),
    )
    if not moved:
        return None
    return await _record(account, programme, before, outcome, metric, by=by, reason=reason)


async def _record(
    account: Account,
    programme: Scheme,
    before: Held,
    outcome: Outcome,
    metric: int,
    *,
    by: Actor,
    reason: str,
) -> Evaluated:
    period, given = standing.period_of(account, programme.policy), Given()
    raised = outcome.move is TierMove.RAISED
    if raised and outcome.tier is not None:
        entered = rewarded(programme.levels, before.tier_id, outcome.tier.id, trigger=True)
        given = await enter(account, [programme.record(tier.id) for tier in entered], period, by=by)
    change = Change(
        from_id=before.tier_id,
        to_id=outcome.tier.id if outcome.tier else None,
        manual=False,
        reason=outcome.reason,
        rewards_triggered=raised,
        period=period,
        metric=metric,
    )
    await standing.note(account, change, by=by)
    was = find(programme.levels, before.tier_id)
    from_name, to_name = (tier.name if tier else None for tier in (was, outcome.tier))
    action = await audit.record(
        account.programme.id,
        "tier.changed",
        ("customer", account.customer_id),
        f"{account.customer_name} is now {to_name}"
        if to_name
        else f"{account.customer_name} has no tier now",
        by=by,
        customer_id=account.customer_id,
        before={"tier": from_name},
        after={"tier": to_name, "entries": len(given.entries), "rewards": len(given.issued)},
        reason=reason or outcome.reason,
    )
    return Evaluated(from_name, to_name, raised, action)
