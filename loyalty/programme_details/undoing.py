"""Taking back edited settings or another logo. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from typing import Any

from db.engine import run
from loyalty import programmes
from loyalty.errors import Invalid, Stale
from loyalty.programme_details import logos
from loyalty.programme_details.details import read
from loyalty.programme_details.editing import editable, refuse_fixed, write
from loyalty.rules.actors import Actor


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Put back what was before, in the caller's transaction.

    Raises Stale when it was changed again since, Invalid when orders have fixed the currency meanwhile.
    """
    await run("UPDATE programmes SET version = version WHERE programme_id = {}", programme_id)
    payload, programme = action["undo"], await programmes.get(programme_id)
    match payload["verb"]:
        case "programme.edited":
            now, before = await editable(programme_id), read(payload["before"])
            if now.seen != payload["left"]:
                raise Stale("The settings have changed again since.")
            refuse_fixed(now, before)
            await write(programme, before)
            return f"The settings of {before.name} are as they were before"
        case "programme.logo_changed":
            if programme.logo_digest != payload["left"]:
                raise Stale("The logo has changed again since.")
            await logos.show(programme_id, payload["before"])
            return "The logo is as it was before"
    raise Invalid("This can't be undone.")
