from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db.enums import IssuedStatus
from loyalty.errors import AlreadyDone, Invalid, NotAllowed
from loyalty.rules.codes import (
    ALPHABET,
    LENGTH,
    RESERVATION,
    Issued,
    format_code,
    normalised_code,
    release,
    remove,
    reserve,
    restore,
    status_at,
    use,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FRESH = Issued(status=IssuedStatus.OUTSTANDING, points_paid=200, expires_at=NOW + timedelta(days=30))
HELD = reserve(FRESH, "till 1", NOW)
SPENT = use(FRESH, "till 1", NOW, order="#1001")
GONE = remove(FRESH, NOW, return_points=True).issued


def test_codes_have_nothing_that_is_mistaken_when_read_aloud():
    assert not set("01OIL") & set(ALPHABET)
    assert len(ALPHABET) ** LENGTH > 2**59


def test_a_code_is_read_however_it_is_typed():
    assert format_code("abcdefgh2345") == "ABCD-EFGH-2345"
    assert normalised_code(" abcd-efgh 2345 ") == "ABCDEFGH2345"


@pytest.mark.parametrize("typed", ["", "ABCD", "ABCD-EFGH-2340", "ABCD-EFGH-23456", "ÄBCD-EFGH-2345"])
def test_what_can_not_be_a_code_is_refused(typed):
    with pytest.raises(Invalid, match="isn't a reward code"):
        normalised_code(typed)


def test_a_till_holds_uses_and_releases_a_code():
    assert (HELD.status, HELD.reserved_until) == (IssuedStatus.RESERVED, NOW + RESERVATION)
    assert release(HELD, "till 1", NOW).status is IssuedStatus.OUTSTANDING
    assert use(HELD, "till 1", NOW, order="#1").used_order == "#1"
    assert release(FRESH, "till 9", NOW).status is IssuedStatus.OUTSTANDING


def test_another_till_can_neither_hold_nor_use_nor_release_it():
    for verb in (reserve, use):
        with pytest.raises(AlreadyDone, match="Another till"):
            verb(HELD, "till 2", NOW)
    with pytest.raises(NotAllowed, match="Another till"):
        release(HELD, "till 2", NOW)


def test_a_forgotten_reservation_frees_itself():
    later = NOW + RESERVATION
    assert status_at(HELD, later) is IssuedStatus.OUTSTANDING
    assert reserve(HELD, "till 2", later).reserved_by == "till 2"


@pytest.mark.parametrize("verb", [reserve, use])
def test_a_code_is_used_once(verb):
    with pytest.raises(AlreadyDone, match="already been used with order #1001"):
        verb(SPENT, "till 1", NOW)
    with pytest.raises(AlreadyDone, match="void"):
        verb(GONE, "till 1", NOW)
    with pytest.raises(Invalid, match="expired"):
        verb(FRESH, "till 1", NOW + timedelta(days=30))


def test_a_code_held_before_it_expired_may_still_be_used():
    nearly = replace(FRESH, expires_at=NOW + timedelta(minutes=5))
    held = reserve(nearly, "till 1", NOW)
    assert use(held, "till 1", NOW + timedelta(minutes=10)).status is IssuedStatus.USED


def test_a_used_or_void_code_can_not_be_released():
    for issued in (SPENT, GONE):
        with pytest.raises(AlreadyDone):
            release(issued, "till 1", NOW)


def test_removing_returns_the_points_or_not():
    assert remove(FRESH, NOW, return_points=True).points_returned == 200
    assert remove(HELD, NOW, return_points=False).points_returned == 0
    assert GONE.status is IssuedStatus.VOID


def test_a_used_reward_can_not_be_removed_and_a_removed_one_not_again():
    with pytest.raises(NotAllowed, match="goodwill"):
        remove(SPENT, NOW, return_points=True)
    with pytest.raises(AlreadyDone):
        remove(GONE, NOW, return_points=True)


def test_undoing_a_removal_brings_the_code_back_as_it_would_be_today():
    assert restore(GONE, NOW).status is IssuedStatus.OUTSTANDING
    assert restore(GONE, NOW + timedelta(days=31)).status is IssuedStatus.EXPIRED
    with pytest.raises(AlreadyDone):
        restore(FRESH, NOW)
