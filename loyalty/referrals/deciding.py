"""Letting a blocked referral through (PRODUCT G4)."""

from db.engine import atomic, one, retried, run, value
from db.enums import ReferralStatus
from loyalty import audit, repeats
from loyalty.audit import Action
from loyalty.errors import AlreadyDone
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked
from loyalty.referrals import coupons, stored
from loyalty.referrals.paying import complete
from loyalty.referrals.policies import policy
from loyalty.referrals.stored import Referral
from loyalty.rules.actors import Actor
from loyalty.rules.referrals import refuse_move, waits_for_decision


@retried
async def let_through(programme_id: int, uid: str, *, by: Actor, reason: str, key: str) -> Action:
    """Unblock a referral: it pays now when its order has come, else the friend gets the coupon and it waits.

    A pending one with a high score can be decided before its order comes. Raises AlreadyDone (also when the
    friend has been claimed by somebody else), NotAMember, NotFound, KeyReused.
    """
    asked = repeats.mark(key, reason)
    async with atomic():
        referrer = await locked(programme_id, (await stored.find(programme_id, uid)).referrer_id)
        referral = await stored.lock(programme_id, (await stored.find(programme_id, uid)).id)
        done = await repeats.earlier(programme_id, "referral.unblocked", ("referral", referral.id), asked)
        if done is not None:
            return done.action
        if not waits_for_decision(referral.status, referral.score):
            refuse_move(referral.status, ReferralStatus.PENDING)
        referrer.require_member()
        await refuse_if_claimed(programme_id, referral)
        await stored.reopen(programme_id, referral.id, ReferralStatus.PENDING)
        # A person has looked: the score no longer stands in the way of the order.
        await run(
            "UPDATE referrals SET score = 0 WHERE programme_id = {} AND id = {}", programme_id, referral.id
        )
        action = await audit.record(
            programme_id,
            "referral.unblocked",
            ("referral", referral.id),
            f"{referrer.customer_name}'s invitation of a friend has been let through",
            by=by,
            customer_id=referrer.customer_id,
            before={"status": referral.status, "score": referral.score},
            after={"status": ReferralStatus.PENDING, **asked.stored},
            reason=reason,
        )
        await _go_on(referrer, await stored.lock(programme_id, referral.id), by=by)
        return action


async def refuse_if_claimed(programme_id: int, referral: Referral) -> None:
    """Raises AlreadyDone when the friend has another open or completed referral by now."""
    other = await value(
        "SELECT count(*) FROM referrals WHERE programme_id = {} AND friend_email_key = {}"
        " AND status IN ('pending', 'completed') AND id <> {}",
        programme_id,
        referral.friend_email_key,
        referral.id,
    )
    if other:
        raise AlreadyDone("Somebody else has invited this friend meanwhile.")


async def _go_on(referrer: Account, referral: Referral, *, by: Actor) -> None:
    programme_id, terms = referrer.programme.id, await policy(referrer.programme.id)
    if referral.order_id is not None and referral.friend_id is not None:
        order = await one(
            "SELECT name FROM orders WHERE programme_id = {} AND id = {}", programme_id, referral.order_id
        )
        assert order is not None
        await complete(
            referrer,
            referral,
            terms,
            friend_id=referral.friend_id,
            order_id=referral.order_id,
            order_name=order["name"],
            by=by,
        )
    elif referral.coupon_id is None and terms.friend_reward_id is not None:
        coupon = await coupons.give(
            referrer.programme,
            referral.uid,
            terms.friend_reward_id,
            referrer.now,
            customer_id=referral.friend_id,
        )
        await coupons.attach(programme_id, referral, coupon.id)
