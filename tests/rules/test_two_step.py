"""Which codes are good when, and how long one opens sensitive pages. PRODUCT O1."""

from datetime import UTC, datetime, timedelta

import pytest

from loyalty.rules.two_step import FINISH, FRESH, STEP, digits, is_fresh, steps

NOW = datetime(2026, 5, 4, 12, 0, 10, tzinfo=UTC)
HERE = int(NOW.timestamp()) // STEP


def test_the_code_of_now_and_of_one_step_either_side_are_good() -> None:
    assert sorted(steps(NOW, None)) == [HERE - 1, HERE, HERE + 1]
    assert steps(NOW, None)[0] == HERE


def test_a_used_step_and_those_before_it_are_good_no_more() -> None:
    assert steps(NOW, HERE) == (HERE + 1,)
    assert steps(NOW, HERE + 1) == ()


@pytest.mark.parametrize(
    ("typed", "read"),
    [("123456", "123456"), (" 123 456 ", "123456"), ("12345", None), ("1234567", None), ("١٢٣٤٥٦", None)],
)
def test_six_digits_are_read_with_or_without_a_blank(typed: str, read: str | None) -> None:
    assert digits(typed) == read


def test_a_code_opens_sensitive_pages_for_ten_minutes_and_forms_for_fifteen() -> None:
    assert not is_fresh(None, NOW, sending=True)
    assert is_fresh(NOW, NOW + FRESH - timedelta(seconds=1), sending=False)
    assert not is_fresh(NOW, NOW + FRESH, sending=False)
    assert is_fresh(NOW, NOW + FRESH, sending=True)
    assert not is_fresh(NOW, NOW + FRESH + FINISH, sending=True)
