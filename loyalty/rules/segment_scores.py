"""R, F and M as scores of 1 to 5 (PRODUCT K1). Money is minor units, time is whole days.

A score is a step function of a value, so four cut-offs say it for everybody: the least value (for R the
most days) that scores 2, 3, 4 and 5. Ranks give such cut-offs too, because equal values score equally.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from loyalty.errors import Invalid

FEW = 100
"""Below so many purchasers ranks say little, and the shop's own rhythm sets the cut-offs."""
BEST = 5
CAP_WHEN_OLD = 2
TOP_SHARE = 5
"""The top fifth of lifetime spend is At-risk rather than Dormant, however long ago it was."""
USUAL_GAP_DAYS = 30
"""The gap of a shop where nobody has come back yet."""

_R_GAPS = (8, 4, 2, 1)
_F_TIMES = (2, 3, 4, 7)
_M_ORDERS = (1, 2, 4, 8)

Steps = tuple[int | None, int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Cuts:
    """What it takes to score 2, 3, 4, 5: at most `r` days, at least `f` order days, at least `m` minor units.

    None: nobody reaches that score.
    """

    r: Steps
    f: Steps
    m: Steps

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        return cls(*(_steps(stored[name]) for name in ("r", "f", "m")))

    @property
    def stored(self) -> dict[str, list[int | None]]:
        return {"r": list(self.r), "f": list(self.f), "m": list(self.m)}

    def score_r(self, days: int) -> int:
        return 1 + sum(step is not None and days <= step for step in self.r)

    def score_f(self, count: int) -> int:
        return at_least(count, self.f)

    def score_m(self, minor: int) -> int:
        return at_least(minor, self.m)


NOBODY = Cuts((None,) * 4, (None,) * 4, (None,) * 4)


def at_least(value: int, steps: Steps) -> int:
    return 1 + sum(step is not None and value >= step for step in steps)


def ranked(values: Sequence[int]) -> list[int]:
    """The score of each value, worst first: 1 + (rank − 1) × 5 // count, ranks as SQL's RANK gives them."""
    worse, seen = {}, 0
    for value, times in sorted(Counter(values).items()):
        worse[value] = seen
        seen += times
    return [1 + worse[value] * BEST // seen for value in values]


def steps_of(least: Mapping[int, int]) -> Steps:
    """The cut-offs that say what a ranking said: `least` is the smallest value with each score that occurs.

    A score that nobody has begins where the next higher one does.
    """
    two, three, four, five = (
        min((value for score, value in least.items() if score >= wanted), default=None)
        for wanted in (2, 3, 4, 5)
    )
    return two, three, four, five


def scaled(gap_twice: int, order_twice: int) -> Cuts:
    """Cut-offs for a shop with few purchasers, by its own median gap and median order value, each doubled.

    R: within 8, 4, 2, 1 gaps. F: 2, 3, 4, 7 order days. M: 1, 2, 4, 8 orders' worth. Doubled, because the
    median of an even number of whole numbers may end in a half.
    """
    eight, four, two, one = (times * gap_twice // 2 for times in _R_GAPS)
    a, b, c, d = (max(1, -(-times * order_twice // 2)) for times in _M_ORDERS)
    return Cuts((eight, four, two, one), _F_TIMES, (a, b, c, d))


def fixed(r: Sequence[int], f: Sequence[int], m: Sequence[int]) -> Cuts:
    """Thresholds a merchant typed, for the scores 2, 3, 4, 5.

    Raises Invalid when a better score would be easier to reach than a worse one.
    """
    for name, steps, rises in (("r", r, False), ("f", f, True), ("m", m, True)):
        if len(steps) != len(_F_TIMES) or any(step < 0 for step in steps):
            raise Invalid("Each score from 2 to 5 needs one whole number, 0 or more.", field=name)
        if list(steps) != sorted(steps, reverse=not rises):
            way = "more" if rises else "fewer days"
            raise Invalid(f"A better score must ask for {way}, not for less of it.", field=name)
    return Cuts(_steps(r), _steps(f), _steps(m))


def median_twice(counts: Mapping[int, int]) -> int | None:
    """Twice the median of values given with how often each occurs; None for none."""
    total = sum(counts.values())
    if not total:
        return None
    return nth(counts, (total - 1) // 2) + nth(counts, total // 2)


def percentile(counts: Mapping[int, int], percent: int) -> int | None:
    """The smallest value that at least `percent` of all values don't exceed; None for none."""
    total = sum(counts.values())
    return nth(counts, max(-(-percent * total // 100) - 1, 0)) if total else None


def nth(counts: Mapping[int, int], place: int) -> int:
    """The value at a place, counted from 0, when all are sorted."""
    for value, times in sorted(counts.items()):
        if place < times:
            return value
        place -= times
    raise IndexError(place)


def _steps(given: Sequence[int | None]) -> Steps:
    two, three, four, five = given
    return two, three, four, five
