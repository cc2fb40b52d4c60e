"""Taking back what was done to rewards and copies. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from db.enums import EntryKind, IssuedSource, RewardStatus
from loyalty import clock
from loyalty.errors import AlreadyDone, Invalid
from loyalty.ledger import undoing
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked
from loyalty.rewards import arranging, catalogue, cuts, cutting, issued, removing
from loyalty.rewards.drafts import RewardDraft
from loyalty.rewards.issued import IssuedReward
from loyalty.rules import codes, price_cuts
from loyalty.rules.actors import Actor

COMMENT = "Undone"


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Take back one rewards action, in the caller's transaction; the sentence says what was done.

    `action` holds `undo` (the parsed payload) and `customer_id`. Raises AlreadyDone, NotAllowed for a code
    used meanwhile, NotEnoughPoints when returned points are spent, Stale.
    """
    payload = action["undo"]
    match payload["verb"]:
        case "reward.created":
            await catalogue.set_status(programme_id, payload["reward"], RewardStatus.ARCHIVED)
            return "The reward has been archived"
        case "reward.edited":
            await catalogue.lock(programme_id, payload["reward"])
            await catalogue.overwrite(
                programme_id, payload["reward"], RewardDraft.from_dict(payload["before"])
            )
            return "The reward is as it was before"
        case "reward.archived" | "reward.restored":
            await catalogue.lock(programme_id, payload["reward"])
            was = RewardStatus(payload["before"])
            await catalogue.set_status(programme_id, payload["reward"], was)
            return "The reward is archived again" if was is RewardStatus.ARCHIVED else "The reward is back"
        case "rewards.arranged":
            await arranging.write(programme_id, payload["before"])
            return "The rewards are in the order they were in before"
        case "price_cut.made":
            stored = await cuts.lock(programme_id, payload["cut"])
            price_cuts.end(stored.cut, clock.now())
            await cutting.set_end(programme_id, payload["cut"], clock.now())
            return "The price cut has been ended"
        case "price_cut.ended":
            await cuts.lock(programme_id, payload["cut"])
            await cutting.set_end(programme_id, payload["cut"], None)
            return "The price cut holds again"
        case "code.used":
            copy = await issued.lock(programme_id, id_=payload["issued"])
            await issued.save(programme_id, copy.id, codes.unuse(copy.life, clock.now()))
            return f"The code for {copy.reward_name} can be used again"
        case "reward.redeemed" | "reward.given":
            account = await locked(programme_id, action["customer_id"])
            copy = await issued.lock(programme_id, id_=payload["issued"])
            return await _take_back(account, copy, by=by, reason=reason)
        case "reward.removed":
            account = await locked(programme_id, action["customer_id"])
            copy = await issued.lock(programme_id, id_=payload["issued"])
            return await _restore(account, copy, payload["returned"], by=by, reason=reason)
    raise Invalid("This can't be undone.")


async def void(programme_id: int, copy_id: int, now: datetime, *, reason: str) -> bool:
    """Make an unused copy void; False when it was used, void or expired already. Locks the copy."""
    copy = await issued.lock(programme_id, id_=copy_id)
    if codes.status_at(copy.life, now) not in (codes.OUTSTANDING, codes.RESERVED):
        return False
    gone = codes.remove(copy.life, now, return_points=False)
    await issued.save(programme_id, copy.id, gone.issued, void_reason=reason)
    await issued.restock(programme_id, copy)
    return True


async def put_back(programme_id: int, copy_id: int, now: datetime) -> bool:
    """Make a void copy usable again; one past its date is expired. False when it isn't void. Locks the copy."""
    copy = await issued.lock(programme_id, id_=copy_id)
    if copy.life.status is not codes.VOID:
        return False
    await issued.save(programme_id, copy.id, codes.restore(copy.life, now))
    if copy.source is IssuedSource.REDEMPTION:
        await catalogue.take_from_stock(programme_id, copy.reward_id)
    return True


async def _take_back(account: Account, copy: IssuedReward, *, by: Actor, reason: str) -> str:
    gone = codes.remove(copy.life, account.now, return_points=True)
    await issued.save(account.programme.id, copy.id, gone.issued, void_reason=COMMENT)
    await issued.restock(account.programme.id, copy)
    if gone.points_returned:
        await removing.return_paid(account, copy, by=by, reason=reason, comment=COMMENT)
    return f"{copy.reward_name} of {account.customer_name} is void again"


async def _restore(
    account: Account, copy: IssuedReward, entries: list[int], *, by: Actor, reason: str
) -> str:
    if not await put_back(account.programme.id, copy.id, account.now):
        raise AlreadyDone("This reward isn't removed.")
    for entry_id in entries:
        await undoing.reverse(account, entry_id, kind=EntryKind.UNDO, by=by, reason=reason, comment=COMMENT)
    return f"{account.customer_name} has {copy.reward_name} again"
