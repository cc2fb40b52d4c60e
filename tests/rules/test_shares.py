import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.shares import spread
from tests.rules.properties import property_test


def test_the_largest_remainders_get_the_odd_points():
    assert spread(10, [1, 1, 1]) == [4, 3, 3]
    assert spread(2, [5, 3, 2]) == [1, 1, 0]


def test_a_whole_comes_back_as_its_own_parts():
    assert spread(180, [100, 100, -20]) == [100, 100, -20]


def test_nothing_can_be_spread_over_nothing():
    assert spread(0, [0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="nothing to spread over"):
        spread(1, [0, 0])


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**9), min_size=1, max_size=12))
@property_test
def test_parts_add_up_and_are_less_than_one_off(amount, weights):
    if not sum(weights):
        return
    parts = spread(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - amount * weight) < sum(weights)
