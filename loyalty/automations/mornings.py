"""Whose day it is: birthdays, points about to expire, no order for so long. Every morning, one statement each.

Days on which no worker ran are looked at afterwards, but none on which the automation wasn't on yet.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from db.engine import atomic, retried
from db.enums import Trigger
from loyalty import clock, programmes, triggers
from loyalty.rules.customers import celebrated
from loyalty.rules.days import day_end, day_start, local_day, zone
from loyalty.segments import days
from loyalty.triggers import Found, Watch

DAYS = 3
"""How many days are looked at: today, and those of a weekend on which no worker ran."""

_BORN = """SELECT c.id AS customer_id, CAST({} AS TEXT) AS occasion FROM customers c
    WHERE c.programme_id = {} AND c.type = 'member' AND c.merged_into IS NULL
      AND c.birth_month = {} AND c.birth_day = {}"""
_EXPIRING = """SELECT l.customer_id, CAST({} AS TEXT) AS occasion FROM lots l
    WHERE l.programme_id = {} AND l.remaining > 0 AND l.expires_at > {} AND l.expires_at <= {} GROUP BY l.customer_id"""
_QUIET = """SELECT f.customer_id, CAST({} AS TEXT) AS occasion FROM segment_facts f
    WHERE f.programme_id = {} AND f.ever_days > 0 AND f.last_day = {}"""


async def look(programme_id: int) -> int:
    """Note a run for everybody whose day it is, once; and wake every automation that is on. Returns how many."""
    now, here = clock.now(), zone((await programmes.get(programme_id)).time_zone)
    noted = 0
    for watch in await triggers.watches(programme_id, *Trigger):
        for day in _days(watch, now, here):
            noted += await _note(watch, _found(watch, day, here), now)
        # A job that died forgets nobody for longer than a night.
        await triggers.wake(programme_id, watch.id, now)
    return noted


@retried
async def _note(watch: Watch, found: Found, now: datetime) -> int:
    async with atomic():
        return await triggers.note(watch, found, now)


def _days(watch: Watch, now: datetime, here: ZoneInfo) -> Iterator[date]:
    if watch.trigger not in (Trigger.BIRTHDAY, Trigger.EXPIRING, Trigger.QUIET):
        return
    today, first = local_day(now, here), local_day(watch.on_since, here)
    for back in range(DAYS):
        day = today - timedelta(days=back)
        if back == 0 or day > first:
            yield day


def _found(watch: Watch, day: date, here: ZoneInfo) -> Found:
    p, ahead = watch.programme_id, day + timedelta(days=watch.days)
    match watch.trigger:
        case Trigger.BIRTHDAY:
            occasion, born = f"birthday:{ahead.year}", celebrated(ahead)
            args = tuple(part for each in born for part in (occasion, p, *each))
            return Found(" UNION ALL ".join([_BORN] * len(born)), args)
        case Trigger.EXPIRING:
            return Found(_EXPIRING, (f"expiry:{ahead}", p, day_start(ahead, here), day_end(ahead, here)))
        case _:
            last = days.number(day) - watch.days
            return Found(_QUIET, (f"quiet:{last}", p, last))
