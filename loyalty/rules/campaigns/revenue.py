"""Money per member of one arm less that of another, with the range it lies in. PRODUCT M4.

Money per member is mostly nought with a long tail, and a holdout has few buyers: whether its large orders were among
them decides both its mean and its spread, so that an interval that takes each arm's spread from that arm alone is too
narrow just when the mean is too low. How unevenly buyers spend, measured by their own mean, is therefore taken from
both arms together; how many buy and what they spend on average stays each arm's own. The interval is B. L. Welch's
(Biometrika 34 (1947) 28), with the degrees of freedom of F. E. Satterthwaite (Biometrics Bulletin 2 (1946) 110) for
spreads of tails as long as those seen: twice the squared spread by its own variance.

`python -m bench.intervals` shows how often it holds the truth. Drawing the arms anew from themselves (percentiles,
studentised or not), and the corrections for skewness of P. Hall (JRSS B 54 (1992) 221) and of X. H. Zhou and P. Dinh
(Biostatistics 6 (2005) 187) held it less often: what a tail does can't be learnt from a few buyers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from loyalty.rules.campaigns.intervals import SURE, Interval, quantile


@dataclass(frozen=True, slots=True)
class Spent:
    """What an arm spent: minor units of each member who bought, and how many members it has."""

    amounts: Sequence[int]
    members: int

    @property
    def per_member(self) -> float:
        return sum(self.amounts) / self.members if self.members else 0.0

    @property
    def rate(self) -> float:
        """The share of its members who bought."""
        return len(self.amounts) / self.members

    @property
    def relative(self) -> list[float]:
        """Each amount by their mean. Money that was all given back counts as spent evenly."""
        mean = sum(self.amounts) / len(self.amounts) if self.amounts else 0.0
        return [amount / mean for amount in self.amounts] if mean else [1.0] * len(self.amounts)

    def variance(self, uneven: float) -> float:
        """Of its mean, where the squares of relative amounts are `uneven` on average."""
        spread = self.per_member**2 * max(0.0, uneven / self.rate - 1) if self.amounts else 0.0
        return spread / max(1, self.members - 1)


def revenue_difference(here: Spent, base: Spent, *, sure: float = SURE) -> Interval:
    """Minor units per assigned member of `here` less those of `base`."""
    gap = here.per_member - base.per_member
    if not here.members or not base.members:
        return Interval(gap, float("-inf"), float("inf"))
    squares = [each * each for each in (*here.relative, *base.relative)]
    if not squares:
        return Interval(gap, gap, gap)
    uneven = sum(squares) / len(squares)
    tail = (sum(each * each for each in squares) / len(squares) / uneven**2 - 1) / len(squares)
    arms = [
        (arm.variance(uneven), tail + (1 - arm.rate) / len(arm.amounts))
        for arm in (here, base)
        if arm.amounts
    ]
    spread = sum(variance for variance, _ in arms)
    unsure = sum(variance**2 * relative for variance, relative in arms)
    reach = quantile(sure, 2 * spread**2 / unsure if unsure else None) * sqrt(spread)
    return Interval(gap, gap - reach, gap + reach)
