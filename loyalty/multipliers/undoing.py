"""Taking back a grant, or a withdrawal. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from typing import Any

from loyalty.errors import AlreadyDone
from loyalty.ledger.locking import locked
from loyalty.multipliers import stored
from loyalty.rules.actors import Actor


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Withdraw the multiplier, or let it wait again, in the caller's transaction.

    Raises AlreadyDone when an order has used it, or somebody else was first.
    """
    account = await locked(programme_id, action["customer_id"])
    multiplier = action["undo"]["multiplier"]
    if action["undo"]["to"] == "withdrawn":
        if not await stored.withdraw(programme_id, multiplier, account.now):
            raise AlreadyDone("An order has used this multiplier, or it was withdrawn already.")
        return f"{account.customer_name} doesn’t have the multiplier any more"
    if not await stored.put_back(programme_id, multiplier):
        raise AlreadyDone("This has already happened.")
    return f"{account.customer_name} has the multiplier again"
