"""Taking back that a key was made, or revoked. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from db.engine import run
from loyalty import clock
from loyalty.errors import AlreadyDone, Invalid
from loyalty.rules.actors import Actor

_SET = """UPDATE api_keys SET revoked_at = {} WHERE programme_id = {} AND uid = {}
    AND (revoked_at IS NULL) = {} RETURNING name"""


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """A key that was made is revoked, one that was revoked works again. Raises AlreadyDone when it does already."""
    payload = action["undo"]
    match payload["verb"]:
        case "api_key.made":
            name = await _set(programme_id, payload["key"], clock.now())
            return f"API key {name} has been revoked"
        case "api_key.revoked":
            return f"API key {await _set(programme_id, payload['key'], None)} works again"
    raise Invalid("This can't be undone.")


async def _set(programme_id: int, uid: str, revoked_at: datetime | None) -> str:
    changed = await run(_SET, revoked_at, programme_id, uid, revoked_at is not None)
    if not changed:
        raise AlreadyDone("This key is revoked already." if revoked_at else "This key works already.")
    return str(changed[0]["name"])
