"""The days that the first page looks at."""

from datetime import date, timedelta

from loyalty.home.views import Grain
from loyalty.rules.days import Days, add_months, period_of
from loyalty.rules.earning_rules import Period

STEPS = 12
RECENT_DAYS = 30
_DAY = timedelta(days=1)


def recent(today: date) -> tuple[date, date]:
    """Today and the 29 days before. PRODUCT D3."""
    return today - timedelta(days=RECENT_DAYS - 1), today


def before(today: date) -> tuple[date, date]:
    """The 30 days before the recent ones."""
    until = recent(today)[0] - _DAY
    return until - timedelta(days=RECENT_DAYS - 1), until


def steps(by: Grain, today: date) -> tuple[tuple[date, date], ...]:
    """First and last day of twelve whole weeks or months, oldest first, and of the running one until today."""
    period = Period.WEEK if by is Grain.WEEK else Period.MONTH
    first = _first(period_of(period, today))
    starts = [
        first - timedelta(weeks=back) if by is Grain.WEEK else add_months(first, -back)
        for back in reversed(range(STEPS + 1))
    ]
    ends = [*(start - _DAY for start in starts[1:]), today]
    return tuple(zip(starts, ends, strict=True))


def _first(days: Days) -> date:
    assert days.first is not None
    return days.first
