from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from loyalty.errors import Invalid
from loyalty.rules.days import (
    Days,
    add_months,
    day_end,
    day_start,
    local_day,
    period_of,
    zone,
)
from loyalty.rules.earning_rules import Period

BERLIN = ZoneInfo("Europe/Berlin")
LATE_EVENING = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


def test_a_day_of_a_clock_change_has_23_or_25_hours():
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    assert day_end(spring, BERLIN) - day_start(spring, BERLIN) == timedelta(hours=23)
    assert day_end(autumn, BERLIN) - day_start(autumn, BERLIN) == timedelta(hours=25)


def test_where_clocks_change_at_midnight_days_still_touch():
    cairo = ZoneInfo("Africa/Cairo")
    for offset in range(365):
        day = date(2026, 1, 1) + timedelta(days=offset)
        assert local_day(day_start(day, cairo), cairo) == day
        assert local_day(day_end(day, cairo) - timedelta(seconds=1), cairo) == day


def test_bounds_are_half_open_and_open_ends_stay_open():
    start, until = Days(date(2026, 3, 2), date(2026, 3, 2)).bounds(BERLIN)
    assert (start, until) == (datetime(2026, 3, 1, 23, tzinfo=UTC), datetime(2026, 3, 2, 23, tzinfo=UTC))
    assert Days().bounds(BERLIN) == (None, None)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (Period.DAY, date(2026, 2, 18), date(2026, 2, 18)),
        (Period.WEEK, date(2026, 2, 16), date(2026, 2, 22)),
        (Period.MONTH, date(2026, 2, 1), date(2026, 2, 28)),
        (Period.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_periods_of_limits(period, first, last):
    assert period_of(period, date(2026, 2, 18)) == Days(first, last)


def test_months_later_is_the_same_day_or_the_last_of_the_month():
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert add_months(date(2026, 12, 15), 1) == date(2027, 1, 15)
    assert add_months(date(2026, 1, 15), -1) == date(2025, 12, 15)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe"])
def test_an_unknown_zone_is_refused(name):
    assert zone("Europe/Berlin") == BERLIN
    with pytest.raises(Invalid, match="isn't a time zone"):
        zone(name)
