from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from loyalty.errors import Invalid
from loyalty.rules.campaigns.timing import Cap, QuietHours

BERLIN = ZoneInfo("Europe/Berlin")


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("hour", "quiet"), [(20, False), (21, True), (23, True), (0, True), (7, True), (8, False)]
)
def test_quiet_hours_reach_over_midnight(hour: int, quiet: bool):
    assert QuietHours().holds(berlin(2026, 6, 1, hour), BERLIN) is quiet


def test_a_siesta_lies_within_one_day():
    siesta = QuietHours(time(13), time(16))
    assert siesta.holds(berlin(2026, 6, 1, 14), BERLIN)
    assert siesta.over(berlin(2026, 6, 1, 14), BERLIN) == berlin(2026, 6, 1, 16)


def test_a_message_waits_until_the_morning_and_not_longer():
    evening, night = berlin(2026, 6, 1, 22), berlin(2026, 6, 2, 3)
    assert QuietHours().over(evening, BERLIN) == QuietHours().over(night, BERLIN) == berlin(2026, 6, 2, 8)
    assert QuietHours().over(berlin(2026, 6, 2, 8), BERLIN) == berlin(2026, 6, 2, 8)


def test_quiet_hours_follow_the_clock_when_it_changes():
    night = QuietHours(time(22), time(2, 30))
    before_the_jump = berlin(2026, 3, 29, 1)  # 2:30 doesn't exist on this night
    assert night.over(before_the_jump, BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert QuietHours().over(berlin(2026, 10, 24, 23), BERLIN) == datetime(2026, 10, 25, 7, tzinfo=UTC)


def test_quiet_hours_without_an_end_are_refused():
    with pytest.raises(Invalid):
        QuietHours(time(9), time(9))


def test_a_cap_counts_the_last_days_only():
    now = datetime(2026, 6, 8, 12, tzinfo=UTC)
    week = Cap(2, 7)
    assert week.is_reached([now - timedelta(days=1), now - timedelta(days=6)], now)
    assert not week.is_reached([now - timedelta(days=1), now - timedelta(days=7)], now)
    with pytest.raises(Invalid):
        Cap(0)


def test_a_message_must_have_gone_out_by_the_next_quiet_hours():
    quiet = QuietHours()
    assert quiet.begin(berlin(2026, 6, 1, 12), BERLIN) == berlin(2026, 6, 1, 21)
    assert quiet.begin(berlin(2026, 6, 1, 21), BERLIN) == berlin(2026, 6, 2, 21)
