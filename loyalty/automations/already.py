"""Those for whom an automation's trigger holds at the moment it is switched on.

It begins for them lot after lot, each in a transaction that also notes how far it is: a worker that dies loses
nobody, and nobody waits for a million.
"""

from datetime import datetime

from db.engine import Row, atomic, join_widely, retried, rows, run
from db.enums import Trigger
from loyalty import clock, programmes, triggers
from loyalty.automations import stored
from loyalty.automations.stored import Automation
from loyalty.rules.automations import FILLED
from loyalty.rules.days import local_day, zone
from loyalty.segments import days, scopes
from loyalty.segments.scopes import Scope
from loyalty.triggers import Found

LOT = scopes.PART
"""Customers of one transaction."""

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


async def begin(programme_id: int, automation: Automation) -> None:
    """Have it begin for them too: for the first lot in the caller's transaction, for the others by `go_on`."""
    if automation.terms.trigger in FILLED:
        await _lot(programme_id, automation, 0)


@retried
async def go_on(programme_id: int, automation_id: int) -> bool:
    """Begin for the next lot. False: everybody was looked at, or it isn't on."""
    async with atomic():
        automation = await stored.lock(programme_id, automation_id)
        if not automation.is_on or automation.looked_to is None:
            return False
        return await _lot(programme_id, automation, automation.looked_to)


async def _lot(programme_id: int, automation: Automation, after: int) -> bool:
    """As of the moment it was switched on: whoever it began for since isn't taken for somebody else."""
    assert automation.on_since is not None
    await join_widely()
    part = await scopes.part(programme_id, after, size=LOT)
    if part is not None:
        watches = await triggers.watches(programme_id, automation.terms.trigger)
        (watch,) = [each for each in watches if each.id == automation.id]
        found = await _found(programme_id, automation, automation.on_since, part)
        await triggers.note(watch, found, automation.on_since)
    await run(
        "UPDATE automations SET looked_to = {} WHERE programme_id = {} AND id = {}",
        part.last if part else None,
        programme_id,
        automation.id,
    )
    return part is not None


async def _found(
    programme_id: int, automation: Automation, now: datetime, part: Scope | None = None
) -> Found:
    terms = automation.terms
    args: tuple[object, ...]
    match terms.trigger:
        case Trigger.SEGMENT:
            sql, customer = _IN_SEGMENT, "m.customer_id"
            args = (programme_id, automation.segment.id if automation.segment else 0)
        case Trigger.QUIET:
            here = zone((await programmes.get(programme_id)).time_zone)
            sql, customer = _QUIET, "f.customer_id"
            args = (programme_id, days.number(local_day(now, here)) - terms.days)
        case _:
            reward_id = automation.reward.id if automation.reward else None
            sql, customer = _ABOVE, "f.customer_id"
            args = (programme_id, await triggers.line(programme_id, reward_id, terms.percent))
    if part is None:
        return Found(sql, args)
    among = part.on(customer)
    return Found(f"{sql} AND {among.sql}", (*args, *among.args))
