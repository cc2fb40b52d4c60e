"""Business days as numbers, counted from 1 January 1990, so that SQL can reckon with them.

Orders and entries carry their moment in their id (db/ids.py), in milliseconds since then. With the zone's
offset added and divided by a day's length, that is the number of the day in the programme's own zone.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from db.ids import EPOCH, first_id
from loyalty.rules.days import day_start

_FIRST = EPOCH.date()
_DAY_MS = 86_400_000
_SHIFT = 22
_HOUR = timedelta(hours=1)
_LAST_YEAR = 2058


def number(day: date) -> int:
    """How many days after 1 January 1990."""
    return (day - _FIRST).days


def day_of(number: int) -> date:
    return _FIRST + timedelta(days=number)


def starts(number: int, zone: ZoneInfo) -> datetime:
    """The first moment of a day, in UTC."""
    return day_start(day_of(number), zone)


def id_from(number: int, zone: ZoneInfo) -> int:
    """The smallest id of a day: `id >= id_from(day)`."""
    return first_id(starts(number, zone))


@lru_cache(maxsize=64)
def sql(zone: ZoneInfo, id_: str, year: int) -> str:
    """The number of the day on which what has this id happened, as SQL over the id, up to the end of a year."""
    return f"((({id_} >> {_SHIFT}) + {_offset(zone, id_, year)}) / {_DAY_MS})"


def _offset(zone: ZoneInfo, id_: str, year: int) -> str:
    """The zone's offset in milliseconds; the newest change of clocks first, where most ids are."""
    changes = [change for change in _changes(zone) if change[0].year <= year]
    cases = " ".join(f"WHEN {id_} >= {first_id(at)} THEN {offset}" for at, offset in reversed(changes[1:]))
    return f"CASE {cases} ELSE {changes[0][1]} END" if cases else str(changes[0][1])


@lru_cache(maxsize=64)
def _changes(zone: ZoneInfo) -> tuple[tuple[datetime, int], ...]:
    """Every offset since 1990 with the moment from which it holds."""
    found = [(EPOCH, _offset_ms(EPOCH, zone))]
    at = EPOCH
    while at.year < _LAST_YEAR:
        after = at + timedelta(days=7)
        if _offset_ms(after, zone) != found[-1][1]:
            moment = at
            while _offset_ms(moment, zone) == found[-1][1]:
                moment += _HOUR
            moment = _exactly(moment, zone)
            found.append((moment, _offset_ms(moment, zone)))
            at = moment
        else:
            at = after
    return tuple(found)


def _exactly(by: datetime, zone: ZoneInfo) -> datetime:
    """The first minute at which the offset of `by` holds, in the hour before it."""
    wanted = _offset_ms(by, zone)
    while _offset_ms(by - timedelta(minutes=1), zone) == wanted:
        by -= timedelta(minutes=1)
    return by


def _offset_ms(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None, "every moment here is aware"
    return offset // timedelta(milliseconds=1)
