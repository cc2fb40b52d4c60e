"""Switching an automation on, pausing it, putting it away. PRODUCT M5."""

from typing import Any

from db.engine import atomic, retried
from db.enums import AutomationState
from loyalty import clock, states, triggers
from loyalty.automations import already, checking, editions, stored
from loyalty.automations.recording import Saved, record
from loyalty.automations.stored import Automation
from loyalty.errors import Invalid, Stale
from loyalty.rules.actors import Actor
from loyalty.rules.automations import move


@retried
async def switch_on(
    programme_id: int, uid: str, *, version: int | None, by: Actor, also_now: bool = False
) -> Saved:
    """From now on it begins for whoever its trigger happens to. What it says is fixed until it is paused.

    `also_now`: for those, too, for whom the trigger holds already. Those who wait since it was paused wait on.
    Raises Invalid with the first thing that is missing, Stale, AlreadyDone, NotFound.
    """
    async with atomic():
        before = await stored.lock_by_uid(programme_id, uid)
        move(before.name, before.state, AutomationState.ON)
        if version != before.version:
            raise Stale("Somebody changed this automation while you were looking at it. Read it again first.")
        for problem in await checking.problems(programme_id, before):
            raise Invalid(problem.sentence)
        now = clock.now()
        if before.edited:
            await editions.close(programme_id, before)
            await editions.opened(programme_id, before, by=by)
        await editions.go_on(programme_id, before)
        moved = await _move(
            programme_id,
            before,
            AutomationState.ON,
            on_since=now,
            looked_to=None,
            live_version=before.draft_version,
        )
        if also_now:
            await already.begin(programme_id, moved)
        await triggers.wake(programme_id, moved.id, now)
        return await record(
            programme_id,
            moved,
            "automation.switched_on",
            f"“{moved.name}” is switched on",
            by=by,
            undo="paused",
        )


@retried
async def pause(programme_id: int, uid: str, *, by: Actor) -> Saved:
    """It begins for nobody, and nobody gets anything, until it is switched on again. Raises AlreadyDone, NotFound."""
    async with atomic():
        before = await stored.lock_by_uid(programme_id, uid)
        moved = await _move(programme_id, before, AutomationState.PAUSED)
        await editions.pause(programme_id, before)
        return await record(
            programme_id, moved, "automation.paused", f"“{moved.name}” is paused", by=by, undo="on"
        )


@retried
async def archive(programme_id: int, uid: str, *, by: Actor) -> Saved:
    """Put it away; nobody gets anything of it any more. Raises AlreadyDone, NotFound."""
    async with atomic():
        before = await stored.lock_by_uid(programme_id, uid)
        moved = await _move(programme_id, before, AutomationState.ARCHIVED)
        await editions.pause(programme_id, before)
        undo = "draft" if before.state is AutomationState.DRAFT else "paused"
        return await record(
            programme_id, moved, "automation.archived", f"“{moved.name}” is put away", by=by, undo=undo
        )


async def unarchive(programme_id: int, before: Automation, to: AutomationState) -> Automation:
    """Bring one back that was put away, in the caller's transaction."""
    return await _move(programme_id, before, to)


async def _move(programme_id: int, before: Automation, to: AutomationState, **change: Any) -> Automation:
    move(before.name, before.state, to)
    await states.put(programme_id, "automations", before.id, to, change)
    return await stored.get(programme_id, before.id)
