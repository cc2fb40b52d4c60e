"""A programme's business days as moments, for verbs that take a moment and forms that take a day."""

from datetime import date, datetime

from loyalty import clock
from loyalty.programmes import Programme
from loyalty.rules.days import day_end, day_start, local_day, zone


def today(programme: Programme) -> date:
    """The business day it is now."""
    return local_day(clock.now(), zone(programme.time_zone))


def first_moment(programme: Programme, day: date) -> datetime:
    """When a day begins in the programme's zone, in UTC."""
    return day_start(day, zone(programme.time_zone))


def end(programme: Programme, day: date) -> datetime:
    """The first moment after a day: what lasts until the end of it is over then."""
    return day_end(day, zone(programme.time_zone))


def begins(programme: Programme, day: date | None) -> datetime | None:
    """When something that begins on `day` does; None, which is now, for today or no day."""
    return None if day is None or day == today(programme) else first_moment(programme, day)
