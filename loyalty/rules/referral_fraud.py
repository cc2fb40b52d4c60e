"""Signals that a friend and a referrer may be one person: a score with its evidence. PRODUCT G4."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from loyalty.rules.orders import alias_key

HOLD_SCORE = 50
"""From here on a person decides before points are paid."""

BLOCK_SCORE = 80
"""From here on the referral is blocked until somebody unblocks it."""

CALM_CLAIMS = 5
"""Claims by one referrer within 24 hours that are nothing unusual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What is known of one side. Marks are hashes, never raw addresses or card numbers."""

    email: str | None = None
    ips: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    payments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One signal, its weight in the score, and what a person reads."""

    signal: str
    weight: int
    sentence: str


@dataclass(frozen=True, slots=True)
class FraudScore:
    """0 to 100 and the evidence it is the sum of, strongest first."""

    score: int
    evidence: tuple[Evidence, ...]

    @property
    def holds(self) -> bool:
        """Whether somebody has to look before it pays."""
        return self.score >= HOLD_SCORE

    @property
    def blocks(self) -> bool:
        """Whether it is blocked at once."""
        return self.score >= BLOCK_SCORE


def fraud_score(
    referrer: Identity, friend: Identity, *, claims_last_day: int = 0, friend_is_customer: bool = False
) -> FraudScore:
    """Add up what speaks for one person behind both. `claims_last_day` counts the referrer's claims."""
    alias = alias_key(referrer.email)
    same_alias = alias is not None and alias == alias_key(friend.email)
    hurry = max(0, claims_last_day - CALM_CLAIMS)
    found = [
        (same_alias, "alias", 80, "Both e-mail addresses reach the same mailbox."),
        (bool(referrer.payments & friend.payments), "payment", 50, "Both paid by the same means."),
        (friend_is_customer, "existing_customer", 50, "The friend was a customer before."),
        (bool(referrer.devices & friend.devices), "device", 40, "Both use the same device."),
        (bool(referrer.addresses & friend.addresses), "address", 35, "Both have the same postal address."),
        (bool(referrer.ips & friend.ips), "ip", 15, "Both come from the same network address."),
        (hurry > 0, "velocity", min(40, hurry * 8), f"{claims_last_day} friends claimed within a day."),
    ]
    evidence = [Evidence(signal, weight, sentence) for on, signal, weight, sentence in found if on]
    evidence.sort(key=lambda item: -item.weight)
    return FraudScore(min(100, sum(item.weight for item in evidence)), tuple(evidence))


def rings(pairs: Iterable[tuple[int, Hashable]]) -> tuple[frozenset[int], ...]:
    """Groups of customers linked by shared marks, to be shown and decided together; largest first.

    `pairs` are (customer id, mark); customers alone in their group are left out.
    """
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    first_with: dict[Hashable, int] = {}
    for customer, mark in pairs:
        parent[root(customer)] = root(first_with.setdefault(mark, customer))
    groups: dict[int, set[int]] = {}
    for customer in parent:
        groups.setdefault(root(customer), set()).add(customer)
    found = [frozenset(group) for group in groups.values() if len(group) > 1]
    return tuple(sorted(found, key=lambda group: (-len(group), min(group))))
