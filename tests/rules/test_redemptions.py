from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db.enums import CustomerType, RewardStatus
from loyalty.errors import Invalid, NotAMember, NotEnoughPoints, Stale
from loyalty.rules.audiences import Audience
from loyalty.rules.price_cuts import Cut
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
        ({"audience": Audience(min_tier_rank=3, min_tier_name="Gold")}, Refusal.TIER, "for Gold and above"),
        ({"audience": Audience(tier_id=9, tier_name="Gold")}, Refusal.TIER, "for Gold only"),
        ({"audience": Audience(segment_ids=frozenset({8}))}, Refusal.SEGMENT, "selected members"),
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
        audience=Audience(min_tier_rank=2, segment_ids=frozenset({7, 8})),
        stock=1,
        per_customer=2,
    )
    assert why_not(reward, INES, NOW) is None


def test_a_price_cut_is_rounded_in_the_customers_favour_and_remembered():
    week = Cut(uid="week", starts_at=NOW, ends_at=NOW + timedelta(days=7), percent=30)
    dear = replace(COFFEE, points_price=205, cuts=(week,))
    cut = price(dear, INES, NOW)
    assert (cut.points, cut.is_cut) == (143, True)
    assert Price.from_dict(cut.to_dict()) == cut
    assert cut.to_dict() == {
        "list_points": 205, "cut_percent": 30, "points": 143, "cut": "week", "new_points": None
    }  # fmt: skip
    assert Price.from_dict({"list_points": 205, "cut_percent": 30, "points": 143}).points == 143
    assert why_not(dear, replace(INES, available=143), NOW) is None
    assert why_not(dear, replace(INES, available=143), week.ends_at).missing == 62


def test_a_price_that_rose_since_it_was_shown_is_refused_and_one_that_fell_is_theirs():
    with pytest.raises(Stale, match="costs 200 now; it was 150 when you looked"):
        refuse(COFFEE, INES, NOW, shown=150)
    assert refuse(COFFEE, INES, NOW, shown=250).points == 200
