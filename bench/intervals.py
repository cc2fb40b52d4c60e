"""How often a campaign's intervals hold the truth: 95 times of 100, or they promise too much. PRODUCT M4.

    .venv/bin/python -m bench.intervals [--runs 2000] [--seed 1]

For shares nothing is left to chance: every outcome that can happen is weighed by how likely it is. Money a
member, and several campaigns together, are made up and measured as often as asked, from a seed.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from math import exp, lgamma, log, sqrt
from random import Random
from statistics import fmean
from typing import TypeAlias

from bench.skew import worths
from db.enums import Arm
from loyalty.rules.campaigns.intervals import difference
from loyalty.rules.campaigns.pooling import Pair, buyers, money
from loyalty.rules.campaigns.results import FEWEST_BUYERS, ArmResult
from loyalty.rules.campaigns.revenue import Spent, revenue_difference

Draw: TypeAlias = Callable[[Random], float]

NEVER = 1e-8
"""Outcomes less likely are left out; all of them together too are less likely than anything shown."""

SHARES = [
    (80, 20, 0.45, 0.20), (240, 60, 0.30, 0.22), (240, 60, 0.22, 0.22), (320, 80, 0.12, 0.12),
    (800, 200, 0.08, 0.05), (800, 200, 0.05, 0.05), (900, 100, 0.15, 0.10), (4_000, 1_000, 0.03, 0.03),
    (9_000, 1_000, 0.021, 0.02),
]  # fmt: skip
MONEY = [
    (200, 50, 0.25, 0.25), (400, 100, 0.20, 0.20), (800, 200, 0.10, 0.10), (800, 200, 0.15, 0.10),
    (240, 60, 0.45, 0.40), (4_000, 1_000, 0.05, 0.05), (9_000, 1_000, 0.05, 0.04),
]  # fmt: skip
TOGETHER = [(240, 60, 0.30, 0.25), (120, 30, 0.20, 0.15), (800, 200, 0.11, 0.06), (60, 15, 0.45, 0.40)]
"""Four campaigns of one true effect: 5 percentage points."""

TYPICAL, UNEVEN = (7.0, 0.6), (7.0, 1.0)
"""Of an order, the logarithm of its minor units: the middle and the spread."""

YEAR = worths()
WORTHS: dict[str, tuple[float, Draw]] = {
    "typical orders": (exp(TYPICAL[0] + TYPICAL[1] ** 2 / 2), lambda luck: luck.lognormvariate(*TYPICAL)),
    "uneven orders": (exp(UNEVEN[0] + UNEVEN[1] ** 2 / 2), lambda luck: luck.lognormvariate(*UNEVEN)),
    "the real year": (sum(YEAR) / len(YEAR), lambda luck: luck.choice(YEAR)),
    "its lower 99%": (fmean(YEAR[:990]), lambda luck: luck.choice(YEAR[:990])),
}
"""What an order is worth: the mean in minor units, and one by chance. The real year is a wholesaler’s too."""


def outcomes(people: int, rate: float) -> list[tuple[int, float]]:
    """How many of `people` order with which chance, but for what never happens."""
    found = []
    for hits in range(people + 1):
        ways = lgamma(people + 1) - lgamma(hits + 1) - lgamma(people - hits + 1)
        chance = exp(ways + hits * log(rate) + (people - hits) * log(1 - rate))
        if chance > NEVER:
            found.append((hits, chance))
    return found


def coverage(people: int, rate: float, base_people: int, base_rate: float) -> float:
    """How likely the interval of the difference holds the true difference; no simulation."""
    gap, inside, base = rate - base_rate, 0.0, outcomes(base_people, base_rate)
    for hits, chance in outcomes(people, rate):
        for base_hits, base_chance in base:
            found = difference(hits, people, base_hits, base_people)
            inside += chance * base_chance * (found.low <= gap <= found.high)
    return inside


def money_coverage(arms: tuple[int, int, float, float], worth: str, runs: int, seed: int) -> float:
    """How often the interval of money a member holds the true difference, of those that are shown."""
    people, base_people, rate, base_rate = arms
    luck, inside, shown = Random(seed), 0, 0
    mean, draw = WORTHS[worth]
    for _ in range(runs):
        here, base = _spent(people, rate, luck, draw), _spent(base_people, base_rate, luck, draw)
        if min(len(here), len(base)) < FEWEST_BUYERS:
            continue
        found = revenue_difference(Spent(here, people), Spent(base, base_people))
        shown += 1
        inside += found.low <= (rate - base_rate) * mean <= found.high
    return inside / shown


def pooled_coverage(runs: int, seed: int) -> tuple[float, float]:
    """How often the pooled intervals of several campaigns hold the truth: the share who order, and money a member."""
    luck, shares, sums = Random(seed), 0, 0
    mean = exp(TYPICAL[0] + TYPICAL[1] ** 2 / 2)
    for _ in range(runs):
        pairs = [
            Pair(_arm(Arm.TREATMENT, treated, lifted, luck), _arm(Arm.CONTROL, held, base, luck))
            for treated, held, lifted, base in TOGETHER
        ]
        found, spent = buyers(pairs), money(pairs)
        assert found is not None
        assert spent is not None
        shares += found.low <= 0.05 <= found.high
        sums += spent.low <= 0.05 * mean <= spent.high
    return shares / runs, sums / runs


def _arm(arm: Arm, people: int, rate: float, luck: Random) -> ArmResult:
    amounts = _spent(people, rate, luck)
    return ArmResult(
        arm, people, people, 0, len(amounts), len(amounts), sum(amounts), sum(each**2 for each in amounts)
    )


def _spent(people: int, rate: float, luck: Random, draw: Draw = WORTHS["typical orders"][1]) -> Sequence[int]:
    return [round(draw(luck)) for _ in range(people) if luck.random() < rate]


def _lines(runs: int, seed: int) -> Iterator[tuple[str, float, float]]:
    """What was looked at, how often the truth was inside, and by how much chance alone moves that."""
    by_chance = 2 * sqrt(0.95 * 0.05 / runs)
    for treated, held, rate, base in SHARES:
        yield (
            f"share {rate:.1%} of {treated:,}, {base:.1%} of {held:,}",
            coverage(treated, rate, held, base),
            0.0,
        )
    for worth in WORTHS:
        for arms in MONEY:
            treated, held, rate, base = arms
            inside = money_coverage(arms, worth, runs, seed)
            yield f"money, {rate:.1%} of {treated:,}, {base:.1%} of {held:,}, {worth}", inside, by_chance
    shares, sums = pooled_coverage(runs, seed)
    yield f"{len(TOGETHER)} campaigns together, share", shares, by_chance
    yield f"{len(TOGETHER)} campaigns together, money", sums, by_chance


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--runs", type=int, default=2_000)
    given.add_argument("--seed", type=int, default=1)
    wanted = given.parse_args()
    for what, inside, by_chance in _lines(wanted.runs, wanted.seed):
        print(f"{what:<62} {inside:7.2%}" + (f"  ± {by_chance:.2%} by chance" if by_chance else "  exact"))


if __name__ == "__main__":
    main()
