"""What a campaign's numbers say of it, and several campaigns' of all of them. PRODUCT M4."""

import json

import pytest

from bench.intervals import pooled_coverage
from db.enums import Arm
from loyalty.rules.campaigns.intervals import Interval, difference
from loyalty.rules.campaigns.pooling import Pair, buyers, money
from loyalty.rules.campaigns.results import ArmResult, Given, Result

NOBODY_KNOWS = Interval(0.0, -1.0, 1.0)
POINTS = Given(points=800, worth=8_000)


def arm(which: Arm, people: int, ordered: int, each: int = 1_000) -> ArmResult:
    return ArmResult(which, people, people, 0, ordered, ordered, ordered * each, ordered * each**2)


def compared(ordered: int, base: int, given: Given = POINTS) -> Result:
    arms = (arm(Arm.TREATMENT, 800, ordered), arm(Arm.CONTROL, 200, base))
    return Result(arms, ((Arm.CONTROL, NOBODY_KNOWS),), given)


def test_what_an_additional_buyer_cost_is_what_was_given_divided_by_how_many_there_were():
    found, lift = compared(200, 20), difference(200, 800, 20, 200)
    assert found.additional == Interval(800 * lift.value, 800 * lift.low, 800 * lift.high)
    assert found.an_acquisition is not None
    assert found.an_acquisition.value == pytest.approx(8_000 / 120)
    assert found.an_acquisition.low == pytest.approx(8_000 / (800 * lift.high))
    assert compared(200, 20, Given(points=800, worth=None)).an_acquisition is None
    assert compared(200, 20, Given(known=False)).an_acquisition is None
    assert compared(84, 20).additional is None
    assert compared(84, 40).additional is None


def test_a_result_is_kept_whole():
    found = compared(200, 20)
    assert Result.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_a_campaign_beside_its_own_holdout_and_not_poured_together_with_others():
    # Both do nothing, but the one whose people buy more held back fewer.
    pairs = [
        Pair(arm(Arm.TREATMENT, 900, 450), arm(Arm.CONTROL, 100, 50)),
        Pair(arm(Arm.TREATMENT, 100, 10), arm(Arm.CONTROL, 900, 90)),
    ]
    found, spent = buyers(pairs), money(pairs)
    assert found is not None
    assert spent is not None
    assert (found.value, spent.value) == (pytest.approx(0), pytest.approx(0))
    assert not found.is_conclusive
    assert buyers([]) is money([]) is None


def test_pooled_intervals_hold_the_truth_about_95_times_of_100():
    shares, sums = pooled_coverage(300, seed=7)
    assert shares == pytest.approx(0.95, abs=0.03)
    assert sums == pytest.approx(0.95, abs=0.03)
