"""Who gets a campaign and who is held back to measure it. PRODUCT M3."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import sqrt
from statistics import NormalDist

from db.enums import Arm
from loyalty.errors import Invalid

SMALL_PROGRAMME = 5_000
"""Members below which the holdout is 20% instead of 10%: fewer people need a larger share to compare with."""

FEWEST_HELD_OUT = 30
"""With fewer people in the control arm no comparison is promised."""

WHOLE = 10_000
"""Shares are counted in basis points: 2 000 is 20%."""

_STANDARD = NormalDist()


@dataclass(frozen=True, slots=True)
class Shares:
    """How the audience is split, in basis points; what neither arm takes is treated. PRODUCT M3."""

    control: int
    broadcast: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.control <= 9_000:
            raise Invalid("The holdout is 0 to 90% of the audience.", field="holdout")
        if self.broadcast < 0 or self.control + self.broadcast > 9_500:
            raise Invalid("At least 5% of the audience must get the campaign itself.", field="broadcast")


def usual_holdout(members: int) -> int:
    """The holdout a new campaign starts with, in basis points: 20% under 5,000 members, else 10%."""
    return 2_000 if members < SMALL_PROGRAMME else 1_000


def position(seed: str, customer_id: int) -> int:
    """Where a customer stands in a campaign's draw, 0 to 9 999: the same whenever and wherever it is asked."""
    drawn = sha256(f"{seed}:{customer_id}".encode()).digest()
    return int.from_bytes(drawn[:8]) % WHOLE


def arm(seed: str, customer_id: int, shares: Shares) -> Arm:
    """The arm of a customer. Widening an arm keeps everybody who is in it already."""
    drawn = position(seed, customer_id)
    if drawn < shares.control:
        return Arm.CONTROL
    return Arm.BROADCAST if drawn >= WHOLE - shares.broadcast else Arm.TREATMENT


def sizes(audience: int, shares: Shares) -> dict[Arm, int]:
    """How many people each arm gets of an audience, as expected before anybody is drawn."""
    control = audience * shares.control // WHOLE
    broadcast = audience * shares.broadcast // WHOLE
    return {
        Arm.TREATMENT: audience - control - broadcast,
        Arm.CONTROL: control,
        Arm.BROADCAST: broadcast,
    }


def smallest_effect(
    treated: int, held_out: int, base: float, *, sure: float = 0.95, power: float = 0.8
) -> float | None:
    """The smallest lift of a conversion rate that a campaign of this size shows in `power` of its runs.

    `base` is the rate without the campaign, 0 to 1; the answer is in the same unit (0.02: two percentage
    points), by the two-sided test of two proportions with a pooled variance (Fleiss, Levin and Paik,
    Statistical Methods for Rates and Proportions, ch. 4). None: no lift whatever could be shown.
    """
    if min(treated, held_out) < 1 or not 0 <= base < 1:
        return None
    low, high = 0.0, 1.0 - base
    if not _shows(high, treated, held_out, base, sure, power):
        return None
    for _ in range(50):
        middle = (low + high) / 2
        if _shows(middle, treated, held_out, base, sure, power):
            high = middle
        else:
            low = middle
    return high


def _shows(lift: float, treated: int, held_out: int, base: float, sure: float, power: float) -> bool:
    raised = base + lift
    pooled = (base * held_out + raised * treated) / (held_out + treated)
    without = sqrt(pooled * (1 - pooled) * (1 / treated + 1 / held_out))
    with_it = sqrt(raised * (1 - raised) / treated + base * (1 - base) / held_out)
    needed = _STANDARD.inv_cdf((1 + sure) / 2) * without + _STANDARD.inv_cdf(power) * with_it
    return lift >= needed


def first_of(wanted: Sequence[str], belongs_to: frozenset[str]) -> str | None:
    """Of the segments in order of priority, the one whose campaign a customer gets. PRODUCT M1."""
    return next((segment for segment in wanted if segment in belongs_to), None)
