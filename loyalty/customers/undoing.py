"""Taking back a type move or an edit. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from typing import Any

from db.enums import CustomerType
from loyalty.customers import editing, moving
from loyalty.rules.actors import Actor


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Make the opposite move, or put an edited value back, in the caller's transaction.

    The sentence says what was done. Rewards that were made void and referrals that were cancelled with an
    exclusion stay so. Raises AlreadyDone when the customer has moved since, Stale when the value has changed.
    """
    if "field" in action["undo"]:
        return await editing.restore(programme_id, action["id"], action["customer_id"])
    back = moving.join if action["undo"]["to"] == CustomerType.MEMBER else moving.exclude
    return (await back(programme_id, action["customer_id"], by=by, reason=reason or "Undone")).sentence
