"""Ines invites Finn: claiming, ordering, and looking at what became of it."""

from datetime import timedelta
from typing import Any

from db.engine import atomic, value
from loyalty.ledger.locking import locked
from loyalty.referrals.claiming import Claimed, claim
from loyalty.referrals.completing import complete_for_order
from loyalty.referrals.paying import Completed
from tests import factories
from tests.cast import Cast
from tests.factories import START, Person

NOW = START + timedelta(hours=1)
DAY = timedelta(days=1)
MARKS = {"ip": "203.0.113.7", "device": "phone-1"}


async def invite(cast: Cast, email: str = "finn@example.org", **more: Any) -> Claimed:
    return await claim(
        1,
        cast.ines.referral_code,
        email,
        **{"name": "Finn", "signals": MARKS, "key": f"claim-{email}", **more},
    )


async def with_coupon(**policy: Any) -> None:
    coupon = await factories.reward(1, "€10 off", redeemable=False)
    await factories.referral_policy(1, friend_reward_id=coupon.id, **policy)


async def finn_orders(
    cast: Cast, total: int = 5000, *, friend: Person | None = None, first: bool = True, **order: Any
) -> Completed | None:
    friend = friend or await factories.customer(1, "Finn Aalto")
    made = await factories.order(friend, cast.web.id, total, **{"at": NOW + DAY, **order})
    async with atomic():
        return await complete_for_order(await locked(1, friend.id), made.id, first_order=first)


async def status_of(uid: str) -> str:
    return str(await value("SELECT status FROM referrals WHERE programme_id = 1 AND uid = {}", uid))


async def coupon_status() -> str:
    return str(
        await value("SELECT status FROM issued_rewards WHERE programme_id = 1 AND source = 'referral'")
    )


async def completed(cast: Cast, **policy: Any) -> Claimed:
    await with_coupon(**policy)
    claimed = await invite(cast)
    assert await finn_orders(cast) is not None
    return claimed
