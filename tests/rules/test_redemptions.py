from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db.enums import CustomerType, RewardStatus
from loyalty.errors import Invalid, NotAMember, NotEnoughPoints
from loyalty.rules.redemptions import Price, Redeemer, Refusal, RewardTerms, price, refuse, why_not

NOW = datetime(2026, 3, 1, tzinfo=UTC)
COFFEE = RewardTerms(name="Free coffee", status=RewardStatus.ACTIVE, points_price=200)
INES = Redeemer(type=CustomerType.MEMBER, available=300, tier_rank=2, copies=1, segment_ids=frozenset({7}))


def test_a_member_with_enough_points_may_have_it():
    assert why_not(COFFEE, INES, NOW) is None
    assert refuse(COFFEE, replace(INES, available=200), NOW) == Price(200)


def test_a_dear_reward_says_how_much_is_missing():
    no = why_not(COFFEE, replace(INES, available=80), NOW)
    assert (no.refusal, no.sentence, no.missing) == (Refusal.POINTS, "needs 120 more", 120)
    with pytest.raises(NotEnoughPoints, match="Free coffee needs 120 more points") as refusal:
        refuse(COFFEE, replace(INES, available=80), NOW)
    assert refusal.value.available == 80


@pytest.mark.parametrize("kind", [CustomerType.GUEST, CustomerType.LEFT])
def test_guests_and_left_customers_never_redeem(kind):
    with pytest.raises(NotAMember):
        refuse(COFFEE, replace(INES, type=kind), NOW)


@pytest.mark.parametrize(
    ("terms", "refusal", "words"),
    [
        ({"status": RewardStatus.DRAFT}, Refusal.NOT_OFFERED, "isn't offered"),
        ({"redeemable": False}, Refusal.NOT_OFFERED, "isn't offered"),
        ({"valid_from": NOW + timedelta(seconds=1)}, Refusal.TOO_EARLY, "yet"),
        ({"valid_until": NOW}, Refusal.TOO_LATE, "no longer"),
        ({"min_tier_rank": 3, "min_tier_name": "Gold"}, Refusal.TIER, "for Gold and above"),
        ({"segment_ids": frozenset({8})}, Refusal.SEGMENT, "selected members"),
        ({"stock": 0}, Refusal.STOCK, "out of stock"),
        ({"per_customer": 1}, Refusal.LIMIT, "once per person"),
    ],
)
def test_each_condition_has_its_reason(terms, refusal, words):
    reward = replace(COFFEE, **terms)
    no = why_not(reward, INES, NOW)
    assert no.refusal is refusal
    assert words in no.sentence
    with pytest.raises(Invalid, match=words):
        refuse(reward, INES, NOW)


def test_conditions_that_are_met_do_not_refuse():
    reward = replace(
        COFFEE,
        valid_from=NOW,
        valid_until=NOW + timedelta(seconds=1),
        min_tier_rank=2,
        stock=1,
        per_customer=2,
        segment_ids=frozenset({7, 8}),
    )
    assert why_not(reward, INES, NOW) is None


def test_a_price_cut_is_rounded_in_the_customers_favour_and_remembered():
    cut = price(205, 30)
    assert cut.points == 143
    assert Price.from_dict(cut.to_dict()) == cut
    assert cut.to_dict() == {"list_points": 205, "cut_percent": 30, "points": 143}
    assert why_not(COFFEE, replace(INES, available=140), NOW, cut_percent=30) is None
    with pytest.raises(Invalid):
        price(200, 101)
