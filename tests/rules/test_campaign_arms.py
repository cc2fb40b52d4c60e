"""Arms: drawn once and for all by a hash, and how small an effect they can show."""

from collections import Counter

import pytest

from db.enums import Arm
from loyalty.errors import Invalid
from loyalty.rules.campaigns.arms import (
    Shares,
    arm,
    first_of,
    position,
    sizes,
    smallest_effect,
    usual_holdout,
)


def test_a_holdout_is_a_fifth_under_5000_members_and_a_tenth_from_there():
    assert (usual_holdout(0), usual_holdout(4_999), usual_holdout(5_000)) == (2_000, 2_000, 1_000)


def test_the_same_seed_and_customer_always_draw_the_same_arm():
    assert position("winter", 7_340_033_000_001) == 4_738
    assert [arm("winter", number, Shares(2_000)) for number in range(50)] == [
        arm("winter", number, Shares(2_000)) for number in range(50)
    ]


def test_arms_get_the_shares_they_were_promised():
    shares = Shares(control=2_000, broadcast=1_000)
    drawn = Counter(arm("spring", number * 4_194_304, shares) for number in range(20_000))
    expected = sizes(20_000, shares)
    assert sum(expected.values()) == 20_000
    for each, people in expected.items():
        assert abs(drawn[each] - people) < 4 * (people * 0.9) ** 0.5, each


def test_another_seed_draws_another_control_arm():
    both = sum(
        arm("one", number, Shares(2_000)) is arm("two", number, Shares(2_000)) is Arm.CONTROL
        for number in range(10_000)
    )
    assert 300 < both < 500  # a fifth of a fifth


def test_widening_the_holdout_keeps_everybody_who_is_in_it():
    for number in range(500):
        if arm("s", number, Shares(1_000)) is Arm.CONTROL:
            assert arm("s", number, Shares(2_000)) is Arm.CONTROL


@pytest.mark.parametrize(("control", "broadcast"), [(-1, 0), (9_001, 0), (0, -1), (5_000, 4_600)])
def test_shares_that_leave_nobody_to_treat_are_refused(control: int, broadcast: int):
    with pytest.raises(Invalid):
        Shares(control, broadcast)


def test_the_smallest_effect_agrees_with_the_published_sample_size():
    # Fleiss, Levin and Paik (2003), table A.4: 686 a group show 10% against 15% at 95% with a power of 80%.
    found = smallest_effect(686, 686, 0.10)
    assert found == pytest.approx(0.05, abs=0.0005)


def test_a_larger_audience_shows_a_smaller_effect_and_a_tiny_one_shows_none():
    small, large = smallest_effect(320, 80, 0.05), smallest_effect(32_000, 8_000, 0.05)
    assert small is not None
    assert large is not None
    assert large < small
    assert smallest_effect(3, 1, 0.5) is None
    assert smallest_effect(100, 0, 0.1) is None


def test_somebody_in_two_segments_gets_the_campaign_of_the_first():
    assert first_of(("at-risk-loyals", "vips"), frozenset({"vips", "at-risk-loyals"})) == "at-risk-loyals"
    assert first_of(("vips",), frozenset()) is None
