from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from db.enums import IssuedStatus, ReferralStatus
from loyalty.errors import AlreadyDone, Invalid, NotAllowed
from loyalty.rules.referrals import (
    LEGAL_MOVES,
    Claim,
    OpenReferral,
    Purchase,
    cancellation,
    lapses_at,
    refuse_claim,
    refuse_move,
    why_not_completed,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CLAIM = Claim(
    email=" Friend@Example.com ",
    referrer_id=1,
    referrer_email="ines@example.com",
    referrer_is_member=True,
    is_customer=False,
)
OPEN = OpenReferral(
    status=ReferralStatus.PENDING,
    friend_email="friend@example.com",
    code="ABCDEFGH2345",
    lapses_at=lapses_at(NOW),
)
ORDER = Purchase(
    email="FRIEND@example.com",
    codes=(),
    kept_minor=5000,
    first=True,
    earning=True,
    by_referrer=False,
    placed_at=NOW,
)


def test_a_claim_stands_under_the_normalised_address():
    assert refuse_claim(CLAIM) == "friend@example.com"


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"email": "friend"}, Invalid, "valid e-mail"),
        ({"email": "INES@example.com"}, Invalid, "invite yourself"),
        ({"claimed_by": 2}, AlreadyDone, "Somebody else"),
        ({"claimed_by": 1}, AlreadyDone, "already claimed"),
        ({"is_customer": True}, NotAllowed, "new customers"),
        ({"referrer_is_member": False}, NotAllowed, "no longer open"),
        ({"enabled": False}, NotAllowed, "no longer open"),
    ],
)
def test_a_claim_that_does_not_stand_says_why(change, error, words):
    with pytest.raises(error, match=words):
        refuse_claim(replace(CLAIM, **change))


def test_the_first_order_completes_by_address_or_by_code():
    assert why_not_completed(OPEN, ORDER) is None
    other = replace(ORDER, email="else@example.com")
    assert why_not_completed(OPEN, replace(other, codes=("abcd-efgh-2345",))) is None
    assert why_not_completed(OPEN, replace(other, codes=("SALE",))) is not None
    nameless = replace(OPEN, friend_email=None, code=None)
    assert why_not_completed(nameless, replace(ORDER, email=None)) is not None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"first": False}, "first order"),
        ({"earning": False}, "doesn't earn"),
        ({"kept_minor": 1999}, "minimum"),
        ({"by_referrer": True}, "own friend"),
        ({"placed_at": NOW + timedelta(days=180)}, "lapsed"),
    ],
)
def test_an_order_that_does_not_complete_says_why(change, words):
    assert words in why_not_completed(OPEN, replace(ORDER, **change), min_order_minor=2000)


def test_only_a_pending_referral_is_completed():
    cancelled = replace(OPEN, status=ReferralStatus.CANCELLED)
    assert why_not_completed(cancelled, ORDER) == "The referral is cancelled."


def test_a_claim_lapses_after_180_days():
    assert why_not_completed(OPEN, replace(ORDER, placed_at=NOW + timedelta(days=179))) is None
    assert lapses_at(NOW, days=10) == NOW + timedelta(days=10)


@pytest.mark.parametrize("code", [IssuedStatus.OUTSTANDING, IssuedStatus.RESERVED])
def test_cancelling_a_pending_referral_makes_the_friends_code_void(code):
    done = cancellation(ReferralStatus.PENDING, code)
    assert (done.status, done.void_code) == (ReferralStatus.CANCELLED, True)
    assert "becomes void" in done.sentences[0]


def test_a_pending_referral_without_a_live_code_can_be_cancelled():
    assert not cancellation(ReferralStatus.PENDING, None).void_code


def test_a_code_used_a_moment_ago_refuses_the_pending_cancellation():
    with pytest.raises(AlreadyDone, match="just used the code"):
        cancellation(ReferralStatus.PENDING, IssuedStatus.USED)


def test_a_completed_referral_keeps_the_reward_unless_told_otherwise():
    kept = cancellation(ReferralStatus.COMPLETED, IssuedStatus.USED, reward="the 500 points")
    assert (kept.status, kept.void_code, kept.take_back_reward) == (ReferralStatus.CANCELLED, False, False)
    assert kept.sentences == (
        "The friend's order with the code is left alone.",
        "The referrer keeps the 500 points.",
    )
    taken = cancellation(ReferralStatus.COMPLETED, IssuedStatus.OUTSTANDING, take_back_reward=True)
    assert (taken.status, taken.void_code, taken.take_back_reward) == (ReferralStatus.REVERSED, True, True)


def test_a_cancelled_referral_can_not_be_cancelled_again():
    with pytest.raises(AlreadyDone):
        cancellation(ReferralStatus.CANCELLED, None)
    with pytest.raises(Invalid):
        cancellation(ReferralStatus.EXPIRED, None)


def test_only_the_listed_moves_are_legal_and_undo_goes_back():
    legal = set()
    for current, target in product(ReferralStatus, repeat=2):
        try:
            refuse_move(current, target)
        except (AlreadyDone, Invalid):
            continue
        legal.add((current, target))
    assert legal == LEGAL_MOVES
    refuse_move(ReferralStatus.REVERSED, ReferralStatus.COMPLETED, undo=True)
    with pytest.raises(Invalid):
        refuse_move(ReferralStatus.EXPIRED, ReferralStatus.PENDING, undo=True)
