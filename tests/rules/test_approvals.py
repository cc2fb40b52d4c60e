"""When a second person is asked, and who that may be. PRODUCT C7."""

from datetime import UTC, datetime, timedelta

import pytest

from db.enums import ApprovalStatus
from loyalty.errors import AlreadyDone, Invalid, NotAllowed
from loyalty.rules.approvals import LASTS, needs_second, refuse_decision, refuse_past, status_at

NOW = datetime(2026, 5, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("points", "limit", "left", "asks"),
    [
        (100, 100, None, False),
        (101, 100, None, True),
        (-101, 100, None, True),
        (50, 100, 49, True),
        (101, None, None, False),
        (-201, 100, None, False),
    ],
)
def test_a_second_person_is_asked_only_when_a_limit_is_all_that_stands_in_the_way(
    points: int, limit: int | None, left: int | None, asks: bool
) -> None:
    assert needs_second(points, 200, limit=limit, left_today=left) is asks


def test_a_request_lapses_by_date_and_one_that_was_decided_never_does() -> None:
    lapses = NOW + LASTS
    last = lapses - timedelta(microseconds=1)
    assert status_at(ApprovalStatus.WAITING, lapses, last) is ApprovalStatus.WAITING
    assert status_at(ApprovalStatus.WAITING, lapses, lapses) is ApprovalStatus.LAPSED
    assert status_at(ApprovalStatus.APPROVED, lapses, lapses) is ApprovalStatus.APPROVED


def test_nobody_decides_on_their_own_request_nor_on_one_that_ended() -> None:
    refuse_decision(ApprovalStatus.WAITING, 1, 2)
    with pytest.raises(NotAllowed):
        refuse_decision(ApprovalStatus.WAITING, 1, 1)
    for status in set(ApprovalStatus) - {ApprovalStatus.WAITING}:
        with pytest.raises(AlreadyDone):
            refuse_decision(status, 1, 2)


def test_points_whose_last_day_is_over_are_not_given() -> None:
    refuse_past(None, NOW)
    refuse_past(NOW + timedelta(days=1), NOW)
    with pytest.raises(Invalid):
        refuse_past(NOW, NOW)
