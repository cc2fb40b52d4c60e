"""How sure a share, or the difference of two, is. PRODUCT M4."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

SURE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A measured value with the range it lies in, at 95% unless asked otherwise."""

    value: float
    low: float
    high: float

    @property
    def is_conclusive(self) -> bool:
        """Whether no difference at all is out of the question."""
        return self.low > 0 or self.high < 0


def share(hits: int, of: int, *, sure: float = SURE) -> Interval:
    """A share with Wilson's score interval, which is right for few people and for rare events.

    E. B. Wilson, JASA 22 (1927) 209. Nobody at all: 0, anywhere between 0 and 1.
    """
    if of == 0:
        return Interval(0.0, 0.0, 1.0)
    z = NormalDist().inv_cdf((1 + sure) / 2)
    rate = hits / of
    middle = rate + z * z / (2 * of)
    spread = z * sqrt(rate * (1 - rate) / of + z * z / (4 * of * of))
    scale = 1 + z * z / of
    low = 0.0 if hits == 0 else (middle - spread) / scale
    high = 1.0 if hits == of else (middle + spread) / scale
    return Interval(rate, low, high)


def difference(hits: int, of: int, base_hits: int, base_of: int, *, sure: float = SURE) -> Interval:
    """The first share less the second, with Newcombe's interval from their two Wilson intervals.

    R. G. Newcombe, Statistics in Medicine 17 (1998) 873, method 10.
    """
    here, base = share(hits, of, sure=sure), share(base_hits, base_of, sure=sure)
    gap = here.value - base.value
    down = sqrt((here.value - here.low) ** 2 + (base.high - base.value) ** 2)
    up = sqrt((here.high - here.value) ** 2 + (base.value - base.low) ** 2)
    return Interval(gap, max(-1.0, gap - down), min(1.0, gap + up))


def quantile(sure: float, freedom: float | None) -> float:
    """How many errors wide an interval reaches to each side, by Student’s t; None: by the bell curve.

    M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions (1964), 26.7.5. Fewer than three degrees of
    freedom count as three: there the series ends, and there is nothing to be sure of.
    """
    z = NormalDist().inv_cdf((1 + sure) / 2)
    if freedom is None:
        return z
    n = max(3.0, freedom)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1_482 * z**5 - 1_920 * z**3 - 945 * z) / 92_160,
    )
    return z + sum(term / n**power for power, term in enumerate(terms, 1))
