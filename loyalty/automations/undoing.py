"""Taking a move of an automation back. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from typing import Any

from db.enums import AutomationState
from loyalty.automations import stored, switching
from loyalty.rules.actors import Actor


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Move it back to where it was, in the caller's transaction; the sentence says so.

    Raises AlreadyDone where it has moved on since. Gifts and mails that went out stay.
    """
    payload = action["undo"]
    before = await stored.lock(programme_id, payload["automation"])
    match to := AutomationState(payload["to"]):
        case AutomationState.ON:
            on = await switching.switch_on(programme_id, before.uid, version=before.version, by=by)
            return on.sentence
        case AutomationState.ARCHIVED:
            return (await switching.archive(programme_id, before.uid, by=by)).sentence
        case AutomationState.PAUSED if before.state is AutomationState.ON:
            return (await switching.pause(programme_id, before.uid, by=by)).sentence
        case _:
            await switching.unarchive(programme_id, before, to)
            return f"“{before.name}” is back"
