"""Taking back a cancellation or changed settings. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from typing import Any

from db.engine import run
from db.enums import EntryKind, ReferralStatus
from loyalty.errors import Invalid
from loyalty.ledger import undoing
from loyalty.ledger.locking import locked
from loyalty.referrals import policies, stored
from loyalty.referrals.deciding import refuse_if_claimed
from loyalty.referrals.policies import ReferralPolicy
from loyalty.rewards.undoing import put_back
from loyalty.rules.actors import Actor
from loyalty.rules.referrals import refuse_move


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Take back one referrals action, in the caller's transaction; the sentence says what was done.

    `action` holds `undo` (the parsed payload) and `customer_id` (the referrer). Raises AlreadyDone, also when
    the friend has been claimed by somebody else meanwhile.
    """
    payload = action["undo"]
    match payload["verb"]:
        case "referrals.saved":
            await policies.write(programme_id, ReferralPolicy(**payload["before"]))
            return "The referral settings are as they were before"
        case "referral.cancelled":
            return await _restore(programme_id, action, by=by, reason=reason)
    raise Invalid("This can't be undone.")


async def _restore(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str) -> str:
    payload = action["undo"]
    referrer = await locked(programme_id, action["customer_id"])
    referral = await stored.lock(programme_id, payload["referral"])
    was = ReferralStatus(payload["was"])
    refuse_move(referral.status, was, undo=True)
    await refuse_if_claimed(programme_id, referral)
    await stored.reopen(programme_id, referral.id, was)
    for copy_id in payload["voided"]:
        await put_back(programme_id, copy_id, referrer.now)
    if payload["entry"] is not None:
        again = await undoing.reverse(
            referrer, payload["entry"], kind=EntryKind.UNDO, by=by, reason=reason, comment="Undone"
        )
        # The payment that stands now: a second cancellation takes back this one.
        await run(
            "UPDATE referrals SET referrer_entry_id = {} WHERE programme_id = {} AND id = {}",
            again.id,
            programme_id,
            referral.id,
        )
    return f"{referrer.customer_name}'s referral of a friend is {was} again"
