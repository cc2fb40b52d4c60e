"""Taking back what was done to a survey. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from typing import Any

from loyalty.rules.actors import Actor
from loyalty.surveys import editing


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Put it back as it was; one that was new is archived. Editions that were published stay in the history.

    Raises Stale when it was changed again since.
    """
    payload = action["undo"]
    if payload["before"] is None:
        return await editing.withdraw(programme_id, payload["survey"], payload["version"])
    return await editing.restore(programme_id, payload["survey"], payload["before"], payload["version"])
