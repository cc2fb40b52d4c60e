"""Drawing a birthday surprise so that anybody can draw it again (PRODUCT L2).

The ticket is the SHA-256 of the draw's own seed, as a number, modulo the sum of the weights; the prize is the
one whose stretch of weights the ticket falls into, in the order in which the pool is recorded.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from loyalty.errors import Invalid

HEAVIEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Prize:
    """One prize of the pool as it was at a draw. `stock` None: no limit."""

    uid: str
    name: str
    weight: int
    stock: int | None = None

    @property
    def drawable(self) -> bool:
        return self.weight > 0 and (self.stock is None or self.stock > 0)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The prize, and the numbers that prove it."""

    prize: Prize
    ticket: int
    total: int


def draw(pool: Sequence[Prize], seed: str) -> Drawn | None:
    """The prize for this seed; None when the pool has nothing left."""
    open_ = [prize for prize in pool if prize.drawable]
    total = sum(prize.weight for prize in open_)
    if total == 0:
        return None
    ticket = int(hashlib.sha256(seed.encode()).hexdigest(), 16) % total
    passed = 0
    for prize in open_:
        passed += prize.weight
        if ticket < passed:
            return Drawn(prize, ticket, total)
    raise AssertionError("a ticket is below the sum of the weights")


def chance(prize: Prize, pool: Sequence[Prize]) -> int:
    """How likely a prize is now, in tenths of a percent, rounded."""
    total = sum(each.weight for each in pool if each.drawable)
    return (prize.weight * 1000 + total // 2) // total if prize.drawable and total else 0


def checked(name: str, weight: int, points: int | None, has_reward: bool, stock: int | None) -> str:
    """The trimmed name of a prize that can be stored. Raises Invalid naming the field."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 120:
        raise Invalid("A prize is called something of 1 to 120 characters.", field="name")
    if not 1 <= weight <= HEAVIEST:
        raise Invalid(f"The weight is a whole number from 1 to {HEAVIEST:,}.", field="weight")
    if (points is None) is not has_reward:
        raise Invalid("A prize is either points or a reward.", field="points")
    if points is not None and not 1 <= points <= 1_000_000:
        raise Invalid("The points are a whole number from 1 to 1,000,000.", field="points")
    if stock is not None and not 0 <= stock <= 10**9:
        raise Invalid("The stock is a whole number from 0.", field="stock")
    return name
