"""Taking back a map, thresholds, a list, a declared or a built segment. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from typing import Any

from loyalty.errors import Invalid
from loyalty.rules.actors import Actor
from loyalty.segments import building, declaring, lists, mapping, thresholds


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Take back one action about segments, in the caller's transaction; the sentence says what was done."""
    payload = action["undo"]
    match payload["verb"]:
        case mapping.VERB:
            return await mapping.restore(programme_id, payload["before"])
        case thresholds.VERB:
            return await thresholds.restore(programme_id, payload["segment"], payload["before"], by=by)
        case lists.MADE:
            return await lists.drop(programme_id, payload["segment"])
        case lists.ADDED:
            return await lists.take_off(programme_id, payload["segment"], payload["people"])
        case declaring.MADE:
            return await declaring.drop(programme_id, payload["segment"])
        case building.MADE:
            return await building.drop(programme_id, payload["segment"])
        case building.CHANGED:
            return await building.restore(programme_id, payload["segment"], payload["before"], by=by)
    raise Invalid("This can't be undone.")
