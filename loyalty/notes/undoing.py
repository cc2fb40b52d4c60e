"""Taking back a note, or its removal. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from typing import Any

from loyalty.errors import AlreadyDone
from loyalty.ledger.locking import locked
from loyalty.notes.writing import set_removed
from loyalty.rules.actors import Actor


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Hide the note, or show it again, in the caller's transaction; the sentence says what was done.

    Raises AlreadyDone when somebody else was first.
    """
    account = await locked(programme_id, action["customer_id"])
    removed = action["undo"]["to"] == "removed"
    if not await set_removed(programme_id, action["undo"]["note"], removed=removed):
        raise AlreadyDone("This has already happened, or the note was erased.")
    return f"The note about {account.customer_name} {'was taken back' if removed else 'is there again'}"
