"""Taking back what was done to earning rules. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from typing import Any

from db.enums import RuleStatus
from loyalty.earning import rules
from loyalty.earning.editing import lock, touch
from loyalty.earning.rules import NEVER
from loyalty.earning.switching import arrange, order, set_status
from loyalty.errors import Stale
from loyalty.rules.actors import Actor
from loyalty.rules.earning import RuleDefinition


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Bring a rule back to what it was, in the caller's transaction; the sentence says what was done.

    An edit is taken back by one more version with the earlier wording, from now on: what was earned
    meanwhile stays. Raises Stale when the rule has changed again since.
    """
    payload = action["undo"]
    held = await lock(programme_id, rule_id=payload["rule"])
    match payload["verb"]:
        case "status":
            was = payload.get("from")
            if was is not None and held.status != was:
                raise Stale(f"“{held.name}” has changed again since.")
            await set_status(programme_id, held.id, RuleStatus(payload["to"]))
            return f"“{held.name}” is {payload['to']}"
        case "moved":
            if await order(programme_id) != payload["after"]:
                raise Stale("The order of the rules has changed again since.")
            await arrange(programme_id, payload["before"])
            return f"“{held.name}” is back in its place"
    if await rules.latest(programme_id, held.id) != RuleDefinition.from_dict(payload["after"]):
        raise Stale(f"“{held.name}” has changed again since.")
    before = RuleDefinition.from_dict(payload["before"])
    draft = held.status is RuleStatus.DRAFT
    await rules.revise(programme_id, held.id, before, by=by, effective_from=NEVER if draft else None)
    await touch(programme_id, held.id)
    return f"“{before.name}” says what it said before"
