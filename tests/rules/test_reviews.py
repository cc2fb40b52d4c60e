from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from db.enums import ReviewStatus
from loyalty.errors import AlreadyDone, Invalid
from loyalty.rules.reviews import (
    LEGAL_MOVES,
    Award,
    ReviewTerms,
    awards,
    checked_rating,
    refuse_move,
    takes_points_back,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TERMS = ReviewTerms(points=50, photo_points=20, video_points=30)


def test_approval_pays_the_review_and_each_extra_as_its_own_entry():
    assert awards(TERMS, has_photo=True, has_video=True) == (
        Award("review", 50),
        Award("photo", 20),
        Award("video", 30),
    )
    assert awards(TERMS, has_photo=False, has_video=False) == (Award("review", 50),)


def test_each_part_is_paid_once_per_customer_and_product():
    again = awards(TERMS, has_photo=True, has_video=False, paid_parts=frozenset({"review"}))
    assert again == (Award("photo", 20),)


def test_terms_without_points_pay_nothing():
    assert awards(ReviewTerms(), has_photo=True, has_video=True) == ()


def test_points_are_taken_back_only_in_the_hold_period():
    assert takes_points_back(NOW + timedelta(seconds=1), NOW)
    assert not takes_points_back(NOW, NOW)


def test_only_the_listed_decisions_are_possible():
    legal = set()
    for current, target in product(ReviewStatus, repeat=2):
        try:
            refuse_move(current, target)
        except (AlreadyDone, Invalid):
            continue
        legal.add((current, target))
    assert legal == LEGAL_MOVES
    with pytest.raises(AlreadyDone, match="already approved"):
        refuse_move(ReviewStatus.APPROVED, ReviewStatus.APPROVED)


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_a_rating_is_one_to_five_stars(stars):
    assert checked_rating(5) == 5
    with pytest.raises(Invalid):
        checked_rating(stars)
