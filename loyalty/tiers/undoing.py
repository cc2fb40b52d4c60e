"""Taking back a tier given by hand, or a changed scheme. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from db.enums import EntryKind
from loyalty.errors import Invalid, Stale
from loyalty.ledger import undoing
from loyalty.ledger.locking import locked
from loyalty.rewards.undoing import void
from loyalty.rules.actors import Actor
from loyalty.rules.tiers import find
from loyalty.tiers import saving, standing
from loyalty.tiers.schemes import scheme
from loyalty.tiers.standing import Change, Held


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Take back one tiers action, in the caller's transaction; the sentence says what was done.

    `action` holds `undo` (the parsed payload) and `customer_id`. Raises Stale when the tier has changed
    again since, AlreadyDone, NotEnoughPoints when entry points are spent.
    """
    match action["undo"]["verb"]:
        case "tier.changed_by_hand":
            return await _back(programme_id, action, by=by, reason=reason)
        case "tiers.saved":
            return await saving.restore(programme_id, action["undo"])
    raise Invalid("This can't be undone.")


async def _back(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str) -> str:
    payload = action["undo"]
    account = await locked(programme_id, action["customer_id"])
    programme, current = await scheme(programme_id), await standing.held(account)
    if current.tier_id != payload["to"]:
        raise Stale(f"The tier of {account.customer_name} has changed again since.")
    before = held_of(payload["before"])
    await standing.save(account, before)
    change = Change(
        from_id=current.tier_id,
        to_id=before.tier_id,
        manual=True,
        reason="The change by hand was undone.",
        notes=reason,
        period=standing.period_of(account, programme.policy),
        metric=current.metric_value,
    )
    await standing.note(account, change, by=by)
    for entry_id in payload["paid"]:
        await undoing.reverse(account, entry_id, kind=EntryKind.UNDO, by=by, reason=reason, comment="Undone")
    for copy_id in payload["issued"]:
        await void(programme_id, copy_id, account.now, reason="Undone")
    was = find(programme.levels, before.tier_id)
    return (
        f"{account.customer_name} is {was.name} again"
        if was
        else f"{account.customer_name} has no tier again"
    )


def held_of(data: Mapping[str, Any]) -> Held:
    """A standing as an action keeps it."""
    dates = {
        name: datetime.fromisoformat(data[name]) if data[name] else None
        for name in ("since", "qualified_until", "grace_until", "floor_until")
    }
    return Held(**{**data, **dates})
