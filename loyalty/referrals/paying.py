"""What the referrer gets when a referral completes (PRODUCT G1)."""

from dataclasses import dataclass

from db.engine import run
from db.enums import EntryKind, IssuedSource, ReferralStatus
from loyalty import audit
from loyalty.audit import Action
from loyalty.ledger import lifetimes
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Posting
from loyalty.ledger.posting import credit
from loyalty.referrals import coupons
from loyalty.referrals.policies import ReferralPolicy
from loyalty.referrals.stored import Referral
from loyalty.rewards import catalogue, issuing
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.surveys import advancing
from loyalty.tiers.evaluating import evaluate

_COMPLETE = """UPDATE referrals SET status = {}, friend_id = {}, order_id = {}, completed_at = {},
      referrer_entry_id = {}, referrer_reward_id = {}, version = version + 1
    WHERE programme_id = {} AND id = {}"""


@dataclass(frozen=True, slots=True)
class Completed:
    """The referral, the points and the reward the referrer got, and the audited action."""

    uid: str
    points: int
    reward: str | None
    action: Action


async def complete(
    referrer: Account,
    referral: Referral,
    terms: ReferralPolicy,
    *,
    friend_id: int,
    order_id: int,
    order_name: str,
    by: Actor = SYSTEM,
) -> Completed:
    """Close a locked referral as completed and pay the locked referrer, in the caller's transaction.

    Points are available at once, count for tiers, and expire as the programme says.
    """
    programme_id = referrer.programme.id
    entry_id = await _pay_points(referrer, referral, terms.referrer_points, order_name)
    copy_id, reward_name = await _issue(referrer, referral, terms.referrer_reward_id)
    await run(
        _COMPLETE,
        ReferralStatus.COMPLETED,
        friend_id,
        order_id,
        referrer.now,
        entry_id,
        copy_id,
        programme_id,
        referral.id,
    )
    if referral.coupon_id is not None:
        await coupons.belongs_to(programme_id, referral.coupon_id, friend_id)
    gains = [referrer.programme.amount(terms.referrer_points)] if entry_id else []
    gains += [reward_name] if reward_name else []
    action = await audit.record(
        programme_id,
        "referral.completed",
        ("referral", referral.id),
        f"A friend ordered, so {referrer.customer_name} got {' and '.join(gains) or 'nothing'}",
        by=by,
        customer_id=referrer.customer_id,
        before={"status": referral.status},
        after={"status": ReferralStatus.COMPLETED, "order": order_name, "points": terms.referrer_points},
    )
    if entry_id:
        await evaluate(referrer, reason="Referral completed")
    await advancing.advance(referrer)
    return Completed(referral.uid, terms.referrer_points, reward_name, action)


async def _pay_points(referrer: Account, referral: Referral, points: int, order_name: str) -> int | None:
    if not points:
        return None
    entry = await credit(
        referrer,
        Posting(
            kind=EntryKind.REFERRAL,
            points=points,
            qualifying=points,
            key=f"referral:{referral.uid}:referrer",
            available_at=referrer.now,
            expires_at=lifetimes.expiry(referrer, referrer.now),
            referral_id=referral.id,
            breakdown={"order": order_name},
            comment="A friend you invited has ordered",
            body=(referral.uid,),
        ),
    )
    return entry.id


async def _issue(
    referrer: Account, referral: Referral, reward_id: int | None
) -> tuple[int | None, str | None]:
    if reward_id is None:
        return None, None
    reward = await catalogue.get(referrer.programme.id, reward_id)
    copy = await issuing.issue(
        referrer, reward, IssuedSource.REFERRAL, key=f"referral:{referral.uid}:referrer"
    )
    return copy.id, reward.about.name
