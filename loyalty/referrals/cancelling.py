"""Cancelling a pending or a completed referral (PRODUCT G2, G3)."""

from dataclasses import dataclass, replace
from datetime import datetime

from db.engine import atomic, retried, rows, snapshot, value
from db.enums import EntryKind, IssuedStatus, ReferralStatus
from loyalty import audit, clock, programmes, repeats
from loyalty.audit import Action
from loyalty.errors import AlreadyDone
from loyalty.ledger import undoing
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked
from loyalty.programmes import Programme
from loyalty.referrals import coupons, stored
from loyalty.referrals.stored import Referral
from loyalty.rewards import issued
from loyalty.rewards.issued import IssuedReward
from loyalty.rewards.undoing import void
from loyalty.rules.actors import Actor
from loyalty.rules.codes import OUTSTANDING, RESERVED, status_at
from loyalty.rules.referrals import Cancellation, cancellation

_POINTS = "SELECT points FROM ledger_entries WHERE programme_id = {} AND id = {}"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The status the referral has now, what was done as sentences, and the audited action."""

    status: ReferralStatus
    sentences: tuple[str, ...]
    action: Action


async def consequences(programme_id: int, uid: str, *, take_back_reward: bool = False) -> Cancellation:
    """What cancelling would do now, for the dialog. Raises as `cancel` does; nothing is changed."""
    async with snapshot():
        referral, code = await stored.find(programme_id, uid), None
        if referral.coupon_id is not None:
            code = status_at((await issued.get(programme_id, referral.coupon_id)).life, clock.now())
        programme = await programmes.get(programme_id)
        return await _plan(programme, referral, code, clock.now(), take_back_reward=take_back_reward)


@retried
async def cancel(
    programme_id: int,
    uid: str,
    *,
    by: Actor,
    reason: str,
    key: str,
    take_back_reward: bool = False,
    seen: ReferralStatus | None = None,
) -> Cancelled:
    """Cancel a referral, all in one transaction. PRODUCT G2, G3.

    Pending: the friend's code is void and no later order completes it; refused when the code was used a
    moment ago. Completed: an unused code is void, a used order is left alone, the referrer keeps the reward
    unless `take_back_reward`. `seen` is the status somebody decided on: nobody cancels a completed referral
    believing it to be pending. Repeating `key` returns the first outcome. Raises AlreadyDone, Invalid,
    NotEnoughPoints when the reward's points are spent, NotFound, KeyReused.
    """
    asked = repeats.mark(key, reason, take_back_reward)
    async with atomic():
        found = await stored.find(programme_id, uid)
        referrer = await locked(programme_id, found.referrer_id)
        referral = await stored.lock(programme_id, found.id)
        done = await repeats.earlier(programme_id, "referral.cancelled", ("referral", referral.id), asked)
        if done is not None:
            return Cancelled(referral.status, tuple(done.after["sentences"]), done.action)
        if seen is not None and seen is not referral.status:
            raise AlreadyDone(f"This referral is {referral.status} by now. Look at what cancelling would do.")
        coupon = await coupons.locked(programme_id, referral)
        code = status_at(coupon.life, referrer.now) if coupon else None
        plan = await _plan(
            referrer.programme, referral, code, referrer.now, take_back_reward=take_back_reward
        )
        return await _carry_out(referrer, referral, coupon, plan, asked, by=by, reason=reason)


async def cancel_of_left_referrer(account: Account) -> list[int]:
    """Close the pending referrals of somebody who leaves; the friends keep their coupons. PRODUCT A3.

    In the caller's transaction and under the caller's action. Returns the referrals' ids.
    """
    found = await rows(
        "SELECT id FROM referrals WHERE programme_id = {} AND referrer_id = {} AND status = 'pending' ORDER BY id",
        *account.key,
    )
    for row in found:
        await stored.lock(account.programme.id, row["id"])
        await stored.end(
            account.programme.id,
            row["id"],
            ReferralStatus.CANCELLED,
            account.now,
            "The referrer has left the programme.",
        )
    return [row["id"] for row in found]


async def _plan(
    programme: Programme,
    referral: Referral,
    code: IssuedStatus | None,
    now: datetime,
    *,
    take_back_reward: bool,
) -> Cancellation:
    """The rule's answer, naming what the referrer got and whether it can still be taken back."""
    gains, gone = [], False
    if referral.referrer_entry_id is not None:
        points = await value(_POINTS, programme.id, referral.referrer_entry_id)
        gains.append(programme.amount(points))
    if referral.referrer_reward_id is not None:
        copy = await issued.get(programme.id, referral.referrer_reward_id)
        gone = take_back_reward and status_at(copy.life, now) not in (OUTSTANDING, RESERVED)
        gains += [] if gone else [copy.reward_name]
    plan = cancellation(
        referral.status, code, take_back_reward=take_back_reward, reward=" and ".join(gains) or "nothing"
    )
    left_alone = ("The reward itself has been used or has expired and is left alone.",) if gone else ()
    return replace(plan, sentences=plan.sentences + left_alone)


async def _carry_out(
    referrer: Account,
    referral: Referral,
    coupon: IssuedReward | None,
    plan: Cancellation,
    asked: repeats.Mark,
    *,
    by: Actor,
    reason: str,
) -> Cancelled:
    programme_id, voided = referrer.programme.id, []
    if plan.void_code and coupon is not None:
        await coupons.make_void(programme_id, coupon, referrer.now, reason="Referral cancelled")
        voided.append(coupon.id)
    entry_id = None
    if plan.take_back_reward:
        entry_id = await _take_back_points(referrer, referral, by=by, reason=reason)
        if referral.referrer_reward_id is not None:
            gone = await void(
                programme_id, referral.referrer_reward_id, referrer.now, reason="Referral cancelled"
            )
            voided += [referral.referrer_reward_id] if gone else []
    await stored.end(programme_id, referral.id, plan.status, referrer.now, reason or "Cancelled")
    action = await audit.record(
        programme_id,
        "referral.cancelled",
        ("referral", referral.id),
        f"{referrer.customer_name}'s referral of a friend has been cancelled",
        by=by,
        customer_id=referrer.customer_id,
        before={"status": referral.status},
        after={"status": plan.status, "sentences": plan.sentences, **asked.stored},
        reason=reason,
        undo={
            "noun": "referrals",
            "verb": "referral.cancelled",
            "referral": referral.id,
            "was": referral.status,
            "voided": voided,
            "entry": entry_id,
        },
    )
    return Cancelled(plan.status, plan.sentences, action)


async def _take_back_points(referrer: Account, referral: Referral, *, by: Actor, reason: str) -> int | None:
    if referral.referrer_entry_id is None:
        return None
    entry = await undoing.reverse(
        referrer,
        referral.referrer_entry_id,
        kind=EntryKind.UNDO,
        by=by,
        reason=reason,
        comment="Referral cancelled",
    )
    return entry.id
