"""Taking a promised order bonus back. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from typing import Any

from loyalty.bonuses import stored
from loyalty.errors import AlreadyDone
from loyalty.ledger.locking import locked
from loyalty.rules.actors import Actor


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Withdraw the bonus, in the caller's transaction. Raises AlreadyDone once orders have earned it."""
    account = await locked(programme_id, action["customer_id"])
    if not await stored.withdraw(programme_id, action["undo"]["bonus"], account.now):
        raise AlreadyDone("Orders have earned this bonus, or it was taken back already.")
    return f"{account.customer_name} isn’t promised the bonus any more"
