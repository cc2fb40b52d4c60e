"""The friend's coupon: issued with the claim, void with the cancellation (PRODUCT G1–G3)."""

from datetime import datetime

from db.engine import run
from db.enums import IssuedSource
from loyalty.programmes import Programme
from loyalty.referrals.stored import Referral
from loyalty.rewards import catalogue, issued, issuing
from loyalty.rewards.issued import IssuedReward
from loyalty.rules import codes

_KEY = ("referral:", ":friend")


async def give(
    programme: Programme, referral_uid: str, reward_id: int, now: datetime, *, customer_id: int | None
) -> IssuedReward:
    """Issue the friend's coupon; `customer_id` is the friend's, if the programme knows them already."""
    reward = await catalogue.get(programme.id, reward_id)
    return await issuing.promised(
        programme, reward, IssuedSource.REFERRAL, key=key_of(referral_uid), now=now, customer_id=customer_id
    )


def key_of(referral_uid: str) -> str:
    """The key a referral's coupon is issued under."""
    return referral_uid.join(_KEY)


def referral_of(key: str) -> str | None:
    """The uid of the referral whose coupon was issued under this key, or None."""
    uid = key.removeprefix(_KEY[0]).removesuffix(_KEY[1])
    return uid if uid.join(_KEY) == key else None


async def attach(programme_id: int, referral: Referral, coupon_id: int) -> None:
    """Note which copy is the friend's."""
    await run(
        "UPDATE referrals SET coupon_id = {} WHERE programme_id = {} AND id = {}",
        coupon_id,
        programme_id,
        referral.id,
    )


async def belongs_to(programme_id: int, coupon_id: int, customer_id: int) -> None:
    """The friend is known now: the coupon shows up among their rewards."""
    await run(
        "UPDATE issued_rewards SET customer_id = {} WHERE programme_id = {} AND id = {} AND customer_id IS NULL",
        customer_id,
        programme_id,
        coupon_id,
    )


async def locked(programme_id: int, referral: Referral) -> IssuedReward | None:
    """The coupon, locked, or None when the claim gave none."""
    return None if referral.coupon_id is None else await issued.lock(programme_id, id_=referral.coupon_id)


async def make_void(programme_id: int, coupon: IssuedReward, now: datetime, *, reason: str) -> None:
    """Make a locked, unused coupon void at once everywhere."""
    gone = codes.remove(coupon.life, now, return_points=False)
    await issued.save(programme_id, coupon.id, gone.issued, void_reason=reason[:500])
