"""Every invariant, one file per noun, in the order in which a report reads best (PRODUCT C6).

`READINGS` is what is asked of the database, some of it for several invariants at once; `ALL` are the invariants.
"""

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
    postings,
    preferences,
    references,
    referrals,
    rewards,
    segments,
    tiers,
    totals,
    work,
)
from loyalty.ledger.invariants.invariant import Invariant, Kept, Reading

READINGS: tuple[Invariant | Reading, ...] = (
    *accounts.INVARIANTS,
    *entries.INVARIANTS,
    *postings.INVARIANTS,
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

ALL: tuple[Invariant | Kept, ...] = tuple(each for reading in READINGS for each in reading.invariants)

__all__ = ["ALL", "READINGS", "Invariant", "Reading"]
