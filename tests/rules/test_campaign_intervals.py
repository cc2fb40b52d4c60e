"""Intervals agree with the published worked examples, and cover what they promise to cover."""

import pytest

from bench.intervals import coverage, money_coverage, outcomes
from loyalty.rules.campaigns.intervals import difference, quantile, share
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


# Student’s t at 95% on both sides, as every table has it.
@pytest.mark.parametrize(
    ("freedom", "reach"), [(3, 3.1824), (5, 2.5706), (10, 2.2281), (30, 2.0423), (None, 1.96)]
)
def test_fewer_degrees_of_freedom_reach_further(freedom: float | None, reach: float):
    assert quantile(0.95, freedom) == pytest.approx(reach, rel=0.006)


def test_money_of_arms_that_spend_alike_has_welchs_interval():
    # Everybody buys, and the arms spend alike by their means: nothing is shared that isn’t each one’s own.
    here, base = Spent([100, 200, 300] * 20, 60), Spent([50, 100, 150] * 20, 60)
    found = revenue_difference(here, base)
    error = ((100**2 + 50**2) * 2 / 3 / 59) ** 0.5
    assert found.value == 100
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.02)


def test_where_nobody_is_or_nobody_bought_nothing_is_said_of_money():
    assert not revenue_difference(Spent((500,), 5), Spent((), 0)).is_conclusive
    found = revenue_difference(Spent((), 300), Spent((), 75))
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)
    given_back = revenue_difference(Spent((0, 0), 300), Spent((0,), 75))
    assert (given_back.low, given_back.high) == (0.0, 0.0)


@pytest.mark.parametrize("worth", ["typical orders", "its lower 99%"])
def test_money_covers_the_truth_in_about_95_of_100(worth: str):
    assert money_coverage((400, 100, 0.20, 0.20), worth, 600, seed=3) == pytest.approx(0.95, abs=0.025)
