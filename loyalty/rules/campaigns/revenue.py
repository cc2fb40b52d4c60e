"""Money per member of one arm less that of another, with the range it lies in. PRODUCT M4.

Money per member is mostly nought with a long tail, so no formula for bell curves is trusted with few
buyers: the arms are drawn anew from themselves, a few thousand times, and the middle 95% of what comes
out is the interval (B. Efron, Annals of Statistics 7 (1979) 1; percentile method).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log1p, sqrt
from random import Random
from statistics import NormalDist, fmean, pvariance

from loyalty.rules.campaigns.intervals import SURE, Interval

DRAWS = 2_000
MANY_BUYERS = 1_000
"""From here on the mean of an arm is as good as normal, and is drawn as such."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What an arm spent: minor units of each member who bought, and how many members it has."""

    amounts: Sequence[int]
    members: int

    @property
    def per_member(self) -> float:
        return sum(self.amounts) / self.members if self.members else 0.0


def revenue_difference(here: Spent, base: Spent, *, seed: str, sure: float = SURE) -> Interval:
    """Minor units per assigned member of `here` less those of `base`. The same seed gives the same interval."""
    gap = here.per_member - base.per_member
    if not here.members or not base.members:
        return Interval(gap, float("-inf"), float("inf"))
    chance = Random(seed)
    drawn = sorted(
        one - other for one, other in zip(_redrawn(here, chance), _redrawn(base, chance), strict=True)
    )
    cut = round(DRAWS * (1 - sure) / 2)
    return Interval(gap, drawn[cut], drawn[-1 - cut])


def _redrawn(spent: Spent, chance: Random) -> list[float]:
    """The mean of an arm in each of the draws. Members who bought nothing are drawn by their number only."""
    buyers = len(spent.amounts)
    if buyers >= MANY_BUYERS:
        return _as_normal(spent, chance)
    means = []
    for _ in range(DRAWS):
        bought = _binomial(spent.members, buyers / spent.members, chance)
        means.append(sum(chance.choices(spent.amounts, k=bought)) / spent.members if bought else 0.0)
    return means


def _as_normal(spent: Spent, chance: Random) -> list[float]:
    rate, mean = len(spent.amounts) / spent.members, fmean(spent.amounts)
    spread = sqrt((rate * pvariance(spent.amounts) + rate * (1 - rate) * mean * mean) / spent.members)
    return [chance.gauss(spent.per_member, spread) for _ in range(DRAWS)]


def _binomial(tries: int, rate: float, chance: Random) -> int:
    """How many of `tries` hit: counted where few do, else from the bell curve."""
    expected = tries * rate
    if rate >= 1:
        return tries
    if expected * (1 - rate) > 400:
        drawn = NormalDist(expected, sqrt(expected * (1 - rate))).inv_cdf(chance.uniform(1e-12, 1 - 1e-12))
        return min(tries, max(0, round(drawn)))
    return _waited(tries, rate, chance)


def _waited(tries: int, rate: float, chance: Random) -> int:
    """Counts by the waiting times between hits, so the cost follows the hits and not the tries."""
    if rate <= 0:
        return 0
    hits, at, hazard = 0, 0, -log1p(-rate)
    while (at := at + int(chance.expovariate(hazard)) + 1) <= tries:
        hits += 1
    return hits
