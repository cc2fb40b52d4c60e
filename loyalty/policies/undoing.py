"""Taking back a change of the policies. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from typing import Any

from loyalty.errors import Invalid, Stale
from loyalty.policies.drafting import bring, locked
from loyalty.policies.stamps import resize
from loyalty.policies.terms import policies_of, read
from loyalty.rules.actors import Actor


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Put the earlier policies back, in the caller's transaction; dates move as by any change, never sooner
    than one full period. Raises Stale when they were changed again since.
    """
    payload, programme = action["undo"], await locked(programme_id)
    match payload["verb"]:
        case "policies.changed":
            if policies_of(programme).seen != payload["left"]:
                raise Stale("The policies have changed again since.")
            await bring(programme, read(payload["before"]))
            return "Expiry and hold are as they were before"
        case "stamp_card.resized":
            if programme.stamp_card_size != payload["left"]:
                raise Stale("The card size has changed again since.")
            await resize(programme_id, payload["before"])
            return f"A card has {payload['before']} {programme.unit_many} again"
    raise Invalid("This can't be undone.")
