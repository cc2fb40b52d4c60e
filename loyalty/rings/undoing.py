"""Taking back a decision about a ring: what it did to each referral, and the ring waits again."""

from collections.abc import Mapping
from typing import Any

from db.engine import loads, rows, run
from db.enums import IssuedStatus, ReferralStatus, Verdict
from loyalty import audit, clock
from loyalty.ledger.locking import locked
from loyalty.referrals import coupons, stored, undoing
from loyalty.referrals.cancelling import cancel
from loyalty.rings.deciding import undone_actions, waiting_since_undone
from loyalty.rules.actors import Actor

_ACTIONS = """SELECT a.id, a.uid, a.verb, a.subject_kind, a.subject_id, a.customer_id, a.before, a.undo FROM actions a
    WHERE a.programme_id = {} AND a.id IN (@ids) ORDER BY a.id"""


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Take back every step that nobody has taken back alone, in the caller's transaction.

    What was let through and has been paid is cancelled with its reward taken back; what still waits for its order
    is held again. Raises NotEnoughPoints when such a reward is spent, AlreadyDone.
    """
    payload = action["undo"]
    await waiting_since_undone(programme_id, payload["decision"])
    ids: list[int] = payload["actions"]
    if ids:
        marks = ", ".join(["{}"] * len(ids))
        found = await rows(_ACTIONS.replace("@ids", marks), programme_id, *ids)
        gone = await undone_actions(programme_id, ids)
        for referrer in sorted({row["customer_id"] for row in found}):
            await locked(programme_id, referrer)
        for row in found:
            if row["id"] not in gone:
                await _step(programme_id, row, Verdict(payload["verdict"]), by=by, reason=reason)
    return "The ring waits for a decision again"


async def _step(programme_id: int, row: dict[str, Any], verdict: Verdict, *, by: Actor, reason: str) -> None:
    if verdict is Verdict.LET_THROUGH:
        await _hold_again(programme_id, row, by=by, reason=reason)
        return
    row["undo"] = loads(row["undo"])
    sentence = await undoing.undo(programme_id, row, by=by, reason=reason)
    await audit.undone(programme_id, row, sentence, by=by, reason=reason)


async def _hold_again(programme_id: int, row: dict[str, Any], *, by: Actor, reason: str) -> None:
    referral, before = await stored.lock(programme_id, row["subject_id"]), loads(row["before"])
    if referral.status is ReferralStatus.COMPLETED:
        await cancel(
            programme_id,
            referral.uid,
            by=by,
            reason=reason,
            key=f"undo:{row['uid']}",
            take_back_reward=True,
        )
    if referral.status is not ReferralStatus.PENDING:
        return
    if before["status"] == ReferralStatus.BLOCKED:
        coupon = await coupons.locked(programme_id, referral)
        if coupon is not None and coupon.life.status is IssuedStatus.OUTSTANDING:
            await coupons.make_void(programme_id, coupon, clock.now(), reason="Held until somebody decides")
        await stored.end(
            programme_id,
            referral.id,
            ReferralStatus.BLOCKED,
            clock.now(),
            "Held until somebody decides",
        )
    await run(
        "UPDATE referrals SET score = {} WHERE programme_id = {} AND id = {}",
        before["score"],
        programme_id,
        referral.id,
    )
