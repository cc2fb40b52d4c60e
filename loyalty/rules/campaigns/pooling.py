"""What several campaigns did together: one difference of their arms, with the range it lies in. PRODUCT M4.

Each campaign is compared with its own holdout first, and the comparisons are put together after, weighed by the
sizes of both arms (Mantel and Haenszel): pouring all the treated into one arm would compare a large campaign's
people with a small one's. The range is that of one average effect; campaigns may differ, and the words say so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from loyalty.rules.campaigns.intervals import SURE, Interval
from loyalty.rules.campaigns.results import ArmResult


@dataclass(frozen=True, slots=True)
class Pair:
    """A campaign's own arm and its holdout, both with people."""

    treated: ArmResult
    held: ArmResult

    @property
    def weight(self) -> float:
        """Of its comparison among others: people of one arm times those of the other, by all of them."""
        return self.treated.assigned * self.held.assigned / (self.treated.assigned + self.held.assigned)


def buyers(pairs: Sequence[Pair], *, sure: float = SURE) -> Interval | None:
    """The pooled difference of the shares who order; None without a campaign that held anybody back.

    The variance is Sato’s, right both for few large and for many small campaigns: T. Sato, S. Greenland and
    J. M. Robins, Biometrics 45 (1989) 1323.
    """
    weights = sum(pair.weight for pair in pairs)
    if not weights:
        return None
    gap = sum(pair.weight * (_rate(pair.treated) - _rate(pair.held)) for pair in pairs) / weights
    spread = sum(gap * _skew(pair) + _both(pair) for pair in pairs)
    return _around(gap, sqrt(max(0.0, spread)) / weights, sure)


def money(pairs: Sequence[Pair], *, sure: float = SURE) -> Interval | None:
    """The pooled difference in minor units a member; None without a campaign that held anybody back."""
    weights = sum(pair.weight for pair in pairs)
    if not weights:
        return None
    gap = sum(pair.weight * (_mean(pair.treated) - _mean(pair.held)) for pair in pairs) / weights
    spread = sum(
        pair.weight**2
        * (pair.treated.variance / pair.treated.assigned + pair.held.variance / pair.held.assigned)
        for pair in pairs
    )
    return _around(gap, sqrt(spread) / weights, sure)


def _skew(pair: Pair) -> float:
    n, m = pair.treated.assigned, pair.held.assigned
    return (n * n * pair.held.ordered - m * m * pair.treated.ordered + n * m * (m - n) / 2) / (n + m) ** 2


def _both(pair: Pair) -> float:
    a, n, b, m = pair.treated.ordered, pair.treated.assigned, pair.held.ordered, pair.held.assigned
    return (a * (m - b) + b * (n - a)) / (2 * (n + m))


def _rate(arm: ArmResult) -> float:
    return arm.ordered / arm.assigned


def _mean(arm: ArmResult) -> float:
    return arm.kept / arm.assigned


def _around(middle: float, error: float, sure: float) -> Interval:
    spread = NormalDist().inv_cdf((1 + sure) / 2) * error
    return Interval(middle, middle - spread, middle + spread)
