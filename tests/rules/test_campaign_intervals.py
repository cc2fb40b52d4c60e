"""Intervals agree with the published worked examples, and cover what they promise to cover."""

from random import Random

import pytest

from bench.intervals import coverage, outcomes
from loyalty.rules.campaigns.intervals import difference, share
from loyalty.rules.campaigns.revenue import Spent, revenue_difference

# R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17
# (1998) 857, table I, method 3 (Wilson without correction).
SHARES = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]

# R. G. Newcombe, Interval estimation for the difference between independent proportions, Statistics in
# Medicine 17 (1998) 873, table II, method 10.
DIFFERENCES = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0),
    (10, 10, 0, 10, 0.6075, 1.0),
]


@pytest.mark.parametrize(("hits", "of", "low", "high"), SHARES)
def test_a_share_has_the_published_interval(hits: int, of: int, low: float, high: float):
    found = share(hits, of)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@pytest.mark.parametrize(("hits", "of", "base", "base_of", "low", "high"), DIFFERENCES)
def test_a_difference_has_the_published_interval(hits, of, base, base_of, low, high):
    found = difference(hits, of, base, base_of)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_nobody_at_all_says_nothing():
    assert (share(0, 0).low, share(0, 0).high) == (0.0, 1.0)
    assert not difference(0, 0, 3, 10).is_conclusive


# Treated, held back, and how many of each order: shares and sizes as a shop's campaigns have them.
ARMS = [(240, 60, 0.30, 0.22), (800, 200, 0.08, 0.05), (900, 100, 0.15, 0.10), (80, 20, 0.45, 0.20)]


@pytest.mark.parametrize(("treated", "held", "lifted", "base"), ARMS)
def test_the_interval_covers_the_truth_in_95_of_100_and_no_difference_is_inconclusive_as_often(
    treated: int, held: int, lifted: float, base: float
) -> None:
    assert coverage(treated, lifted, held, base) == pytest.approx(0.95, abs=0.01)
    assert coverage(treated, base, held, base) == pytest.approx(0.95, abs=0.01)


def test_what_happens_with_what_chance_sums_to_one():
    assert sum(chance for _, chance in outcomes(240, 0.3)) == pytest.approx(1, abs=1e-5)


def test_revenue_of_the_same_seed_is_the_same_interval():
    here, base = Spent((1_250, 4_000, 900, 2_100), 40), Spent((1_100,), 10)
    found = revenue_difference(here, base, seed="winter")
    assert found == revenue_difference(here, base, seed="winter")
    assert found.value == pytest.approx(8_250 / 40 - 110)
    assert found.low < found.value < found.high


def test_an_arm_without_members_says_nothing_about_revenue():
    assert not revenue_difference(Spent((500,), 5), Spent((), 0), seed="s").is_conclusive


def test_revenue_that_nobody_spent_differs_by_nothing():
    found = revenue_difference(Spent((), 300), Spent((), 75), seed="s")
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)


def test_resampling_few_buyers_and_the_bell_curve_of_many_agree():
    chance = Random(5)
    amounts = [chance.randrange(500, 9_000) for _ in range(1_100)]
    many = revenue_difference(Spent(amounts, 40_000), Spent(amounts, 40_000), seed="s")
    few = revenue_difference(Spent(amounts[:900], 40_000), Spent(amounts[:900], 40_000), seed="s")
    assert many.high - many.low == pytest.approx((few.high - few.low) * (1_100 / 900) ** 0.5, rel=0.1)


def test_the_revenue_interval_covers_the_truth_about_as_often_as_it_says(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("loyalty.rules.campaigns.revenue.DRAWS", 200)
    chance, runs, inside = Random(3), 300, 0
    for number in range(runs):
        here = [round(chance.lognormvariate(7, 0.6)) for _ in range(200) if chance.random() < 0.25]
        base = [round(chance.lognormvariate(7, 0.6)) for _ in range(200) if chance.random() < 0.25]
        found = revenue_difference(Spent(here, 200), Spent(base, 200), seed=str(number))
        inside += found.low <= 0 <= found.high
    assert 0.92 < inside / runs < 0.98
