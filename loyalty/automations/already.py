"""Those for whom an automation's trigger holds at the moment it is switched on."""

from datetime import datetime

from db.engine import Row, join_widely, rows
from db.enums import Trigger
from loyalty import clock, programmes, triggers
from loyalty.automations.stored import Automation
from loyalty.rules.automations import FILLED
from loyalty.rules.days import local_day, zone
from loyalty.segments import days
from loyalty.triggers import Found

_IN_SEGMENT = """SELECT m.customer_id, 'began' AS occasion FROM segment_members m
    WHERE m.programme_id = {} AND m.segment_id = {}"""
_QUIET = """SELECT f.customer_id, 'quiet:' || CAST(f.last_day AS TEXT) AS occasion FROM segment_facts f
    WHERE f.programme_id = {} AND f.ever_days > 0 AND f.last_day <= {}"""
_ABOVE = """SELECT f.customer_id, 'began' AS occasion FROM segment_facts f
    WHERE f.programme_id = {} AND f.member = true AND f.available >= {}"""


async def count(programme_id: int, automation: Automation) -> int | None:
    """How many they are; None: its trigger is something that happens, and holds for nobody."""
    if automation.terms.trigger not in FILLED:
        return None
    found = await _found(programme_id, automation, clock.now())
    counted: list[Row] = await rows(f"SELECT count(*) AS people FROM ({found.sql}) f", *found.args)
    return int(counted[0]["people"])


async def begin(programme_id: int, automation: Automation, now: datetime) -> int:
    """Have it begin for them too, in the caller's transaction. Returns for how many it did."""
    if automation.terms.trigger not in FILLED:
        return 0
    await join_widely()
    (watch,) = [
        each
        for each in await triggers.watches(programme_id, automation.terms.trigger)
        if each.id == automation.id
    ]
    return await triggers.note(watch, await _found(programme_id, automation, now), now)


async def _found(programme_id: int, automation: Automation, now: datetime) -> Found:
    terms = automation.terms
    match terms.trigger:
        case Trigger.SEGMENT:
            return Found(_IN_SEGMENT, (programme_id, automation.segment.id if automation.segment else 0))
        case Trigger.QUIET:
            here = zone((await programmes.get(programme_id)).time_zone)
            return Found(_QUIET, (programme_id, days.number(local_day(now, here)) - terms.days))
        case _:
            reward_id = automation.reward.id if automation.reward else None
            line = await triggers.line(programme_id, reward_id, terms.percent)
            return Found(_ABOVE, (programme_id, line))
