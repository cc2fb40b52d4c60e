"""Taking back where messages go. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from typing import Any

from db.engine import run
from loyalty.endpoints import setting
from loyalty.errors import AlreadyDone
from loyalty.rules.actors import Actor


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Hand messages to the address before, or to none, in the caller's transaction; the sentence says so.

    Raises AlreadyDone where it has been changed again since.
    """
    payload = action["undo"]
    now = await setting.find(programme_id)
    if now is None or now.url != payload["to"]:
        raise AlreadyDone("The endpoint has been changed again since.")
    if not payload["from"]:
        await run("DELETE FROM endpoints WHERE programme_id = {}", programme_id)
        return "Messages are handed to no endpoint any more"
    await run(
        "UPDATE endpoints SET url = {}, version = version + 1 WHERE programme_id = {}",
        payload["from"],
        programme_id,
    )
    return f"Messages are handed to {payload['from']} again"
