"""The demo shop's days: which of them are busy, and when the doors are open."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

DAYS = 548
"""Eighteen months of history."""

ZONE = ZoneInfo("America/New_York")
_WEEKDAYS = (0.8, 0.85, 0.9, 0.95, 1.15, 1.6, 1.25)
_MONTHS = (0.8, 0.85, 0.95, 1.0, 1.0, 0.9, 0.8, 0.75, 0.95, 1.05, 1.15, 1.3)
_BUSIEST = max(_MONTHS)


@dataclass(frozen=True, slots=True)
class Almanac:
    """The history's last day, `today`, in the shop's zone, and the moment it ends."""

    today: date
    until: datetime

    @classmethod
    def ending(cls, until: datetime) -> "Almanac":
        return cls(until.astimezone(ZONE).date(), until)

    @property
    def opening(self) -> date:
        """The day the shop opened."""
        return self.today - timedelta(days=DAYS)

    def day(self, days_ago: int) -> date:
        return self.today - timedelta(days=days_ago)

    def at(self, days_ago: int, hour: int, minute: int = 0) -> datetime:
        """A moment by the shop's own clock."""
        return moment(self.day(days_ago), time(hour, minute))


def moment(day: date, at: time) -> datetime:
    """A wall-clock time in the shop's zone."""
    return datetime.combine(day, at, ZONE)


def in_season(day: date, luck: Random) -> bool:
    """Whether a visit planned for this day happens: fewer do in high summer than before Christmas."""
    return luck.random() * _BUSIEST < _MONTHS[day.month - 1]


def convenient(day: date, luck: Random) -> date:
    """A day near this one, rather a Saturday than a Monday."""
    near = [day + timedelta(days=shift) for shift in (-2, -1, 0, 1, 2)]
    return luck.choices(near, [_WEEKDAYS[one.weekday()] for one in near])[0]


def opening_hour(day: date, luck: Random) -> datetime:
    """A moment while the counter is open, mostly before lunch."""
    return _between(day, luck, 7, 18, 9)


def evening_hour(day: date, luck: Random) -> datetime:
    """A moment at which people order on the web, mostly after dinner."""
    return _between(day, luck, 8, 23, 20)


def _between(day: date, luck: Random, first: int, last: int, mostly: int) -> datetime:
    seconds = int(luck.triangular(first, last, mostly) * 3600)
    return moment(day, time(seconds // 3600 % 24, seconds % 3600 // 60, seconds % 60))
