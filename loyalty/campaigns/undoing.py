"""Taking back a move of a campaign, or that what it gave was ended. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from typing import Any

from db.enums import CampaignState
from loyalty import clock
from loyalty.campaigns import ending, scheduling, stored
from loyalty.rules.actors import Actor


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Bring it, or what somebody had of it, back to where it was, in the caller's transaction; the sentence says so.

    Raises AlreadyDone where the campaign has gone on since. Gifts and mails that went out stay.
    """
    payload = action["undo"]
    if "ended" in payload:
        return await ending.give_back(programme_id, action)
    before = await stored.lock(programme_id, payload["campaign"])
    match CampaignState(payload["to"]):
        case CampaignState.DRAFT:
            change: dict[str, Any] = {"send_at": None, "ended_at": None}
            await scheduling.set_state(programme_id, before, CampaignState.DRAFT, **change)
            return f"“{before.name}” is a draft again"
        case CampaignState.SENDING:
            return (await scheduling.resume(programme_id, before.uid, by=by)).sentence
        case CampaignState.PAUSED:
            return (await scheduling.pause(programme_id, before.uid, by=by)).sentence
        case _:
            await scheduling.set_state(programme_id, before, CampaignState.CANCELLED, ended_at=clock.now())
            return f"“{before.name}” is put away"
