"""Every invariant, one file per noun; `ALL` in the order in which a report reads best (PRODUCT C6)."""

from loyalty.ledger.invariants import (
    accounts,
    approvals,
    automations,
    campaigns,
    customers,
    debits,
    entries,
    expiry,
    lots,
    merging,
    multipliers,
    order_bonuses,
    orders,
    preferences,
    references,
    referrals,
    rewards,
    segments,
    tiers,
    totals,
    work,
)
from loyalty.ledger.invariants.invariant import Invariant

ALL: tuple[Invariant, ...] = (
    *accounts.INVARIANTS,
    *entries.INVARIANTS,
    *totals.INVARIANTS,
    *lots.INVARIANTS,
    *debits.INVARIANTS,
    *expiry.INVARIANTS,
    *orders.INVARIANTS,
    *multipliers.INVARIANTS,
    *order_bonuses.INVARIANTS,
    *customers.INVARIANTS,
    *merging.INVARIANTS,
    *tiers.INVARIANTS,
    *rewards.INVARIANTS,
    *referrals.INVARIANTS,
    *approvals.INVARIANTS,
    *campaigns.INVARIANTS,
    *automations.INVARIANTS,
    *work.INVARIANTS,
    *references.INVARIANTS,
    *preferences.INVARIANTS,
    *segments.INVARIANTS,
)

__all__ = ["ALL", "Invariant"]
