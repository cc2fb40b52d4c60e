"""Taking back a decision on a review. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from typing import Any

from db.enums import EntryKind, ReviewStatus
from loyalty.errors import Invalid, Stale
from loyalty.ledger import undoing
from loyalty.ledger.locking import locked
from loyalty.reviews import stored
from loyalty.rules.actors import Actor
from loyalty.tiers.evaluating import evaluate


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Take back one decision, in the caller's transaction; the sentence says what was done.

    `action` holds `undo` (the parsed payload) and `customer_id`. Raises Stale when the review was decided
    again since, NotEnoughPoints when its points are spent.
    """
    payload = action["undo"]
    if payload["verb"] != "review.decided":
        raise Invalid("This can't be undone.")
    account = await locked(programme_id, action["customer_id"])
    review = await stored.lock(programme_id, payload["review"])
    if review.status != payload["now"]:
        raise Stale("This review has been decided on again since.")
    was = ReviewStatus(payload["was"])
    await stored.decide(programme_id, review.id, was, None if was is ReviewStatus.PENDING else account.now)
    for entry_id in reversed(payload["posted"]):
        await undoing.reverse(account, entry_id, kind=EntryKind.UNDO, by=by, reason=reason, comment="Undone")
    if payload["posted"]:
        await evaluate(account, reason="Review undone")
    return f"{account.customer_name}'s review of {review.product} is {was} again"
