"""Over which days a tier's metric is measured, in the programme's zone. PRODUCT F1."""

from datetime import date, timedelta

from db.enums import TierWindow
from loyalty.rules.days import Days, add_months


def window_days(window: TierWindow, today: date, joined_on: date, rolling_days: int = 365) -> Days:
    """The inclusive days that count today. `rolling_days` includes today."""
    if window is TierWindow.LIFETIME:
        return Days(None, today)
    if window is TierWindow.ROLLING:
        return Days(today - timedelta(days=rolling_days - 1), today)
    return Days(_period_start(window, today, joined_on), period_end(window, today, joined_on))


def period_end(window: TierWindow, today: date, joined_on: date) -> date:
    """The last day of the calendar year, or of the membership year, that holds `today`."""
    if window is TierWindow.CALENDAR_YEAR:
        return date(today.year, 12, 31)
    years = _membership_years(today, joined_on)
    return add_months(joined_on, 12 * (years + 1)) - timedelta(days=1)


def period_key(window: TierWindow, today: date, joined_on: date, rolling_days: int = 365) -> str:
    """Names the qualification period, for rewards paid once per tier and period. PRODUCT F2.

    Rolling windows have no periods of their own; there the periods are counted from the day of joining.
    """
    if window is TierWindow.LIFETIME:
        return "lifetime"
    if window is TierWindow.CALENDAR_YEAR:
        return str(today.year)
    if window is TierWindow.ANNIVERSARY:
        return _period_start(window, today, joined_on).isoformat()
    blocks = (today - joined_on).days // rolling_days
    return f"{rolling_days}d-{(joined_on + timedelta(days=blocks * rolling_days)).isoformat()}"


def _period_start(window: TierWindow, today: date, joined_on: date) -> date:
    if window is TierWindow.CALENDAR_YEAR:
        return date(today.year, 1, 1)
    return add_months(joined_on, 12 * _membership_years(today, joined_on))


def _membership_years(today: date, joined_on: date) -> int:
    """Full years since joining; who joined on 29 February has the 28th in common years."""
    years = today.year - joined_on.year
    return years if add_months(joined_on, 12 * years) <= today else years - 1
