"""Business days: every date a merchant sees is a day of the programme's zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from loyalty.errors import Invalid
from loyalty.rules.earning_rules import Period

_DAY = timedelta(days=1)

ZONES = tuple(sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")))
"""Time zones that people choose from: those that are called after a place."""


@dataclass(frozen=True, slots=True)
class Days:
    """An inclusive range of days; None is open."""

    first: date | None = None
    last: date | None = None

    def bounds(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        """The range in UTC as [from, until): compare `from <= moment < until`."""
        start = None if self.first is None else day_start(self.first, zone)
        return start, None if self.last is None else day_end(self.last, zone)


def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises Invalid for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(
            f"“{name}” isn't a time zone; use a name such as Europe/Berlin.", field="time_zone"
        ) from None


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The business day on which a moment falls."""
    return moment.astimezone(zone).date()


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day, in UTC; also right where clocks change at midnight."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def day_end(day: date, zone: ZoneInfo) -> datetime:
    """The first moment after a day, in UTC. A thing that lasts “until the end of the day” ends here."""
    return day_start(day + _DAY, zone)


def period_of(period: Period, day: date) -> Days:
    """The day, week (from Monday), month or year that holds `day`; limits per period count in it."""
    if period is Period.DAY:
        return Days(day, day)
    if period is Period.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Days(monday, monday + timedelta(days=6))
    if period is Period.MONTH:
        first = day.replace(day=1)
        return Days(first, add_months(first, 1) - _DAY)
    return Days(date(day.year, 1, 1), date(day.year, 12, 31))


def add_months(day: date, months: int) -> date:
    """The same day `months` later or earlier, or the last day of that month when there is no such day."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))
