"""What several stories do in the same words."""

from datetime import datetime
from functools import partial

from loyalty.customers.receiving import receive
from loyalty.demo import shop
from loyalty.demo.people import Person
from loyalty.demo.shop import Basket
from loyalty.demo.stage import Scene, Stage
from loyalty.demo.tills import Coupon
from loyalty.demo.visits import buy, give_back, redeem
from loyalty.referrals import cancelling, claiming

FRIENDS_COUPON = "$5 off for a friend"


def joins(person: Person, at: datetime) -> Scene:
    """Somebody registers in the web shop."""

    async def act(stage: Stage) -> None:
        await receive(stage.programme_id, stage.web, person.on_the_web(registered=True))

    return Scene(at, act)


def buys(
    person: Person,
    at: datetime,
    mark: str,
    basket: Basket,
    *,
    delivered: bool = True,
    with_code: str | None = None,
) -> Scene:
    """An order; `mark` names it for later scenes, `with_code` is the mark of a redemption or an invitation."""

    async def act(stage: Stage) -> None:
        coupon = stage.coupons.pop(with_code) if with_code else None
        await buy(
            stage,
            person,
            mark,
            basket,
            delivered=delivered,
            registered=person.joins is not None,
            coupon=coupon,
        )

    return Scene(at, act)


def takes_back(at: datetime, mark: str, *, whole: bool = False) -> Scene:
    """The first article of an order, or the whole of it, is refunded."""
    return Scene(at, partial(give_back, external_id=mark, whole=whole))


def redeems(person: Person, at: datetime, reward: str, mark: str) -> Scene:
    """Points against a reward; its code waits under `mark`."""

    async def act(stage: Stage) -> None:
        stage.coupons[mark] = await redeem(stage, person, reward, key=mark)

    return Scene(at, act)


def claims(
    referrer: Person, friend_email: str, friend_name: str, at: datetime, mark: str, *, device: str = ""
) -> Scene:
    """A friend leaves an address under somebody's invitation; their coupon waits under `mark`.

    `device` is whose phone it is done on, if not the friend's own.
    """

    async def act(stage: Stage) -> None:
        await invite(stage, referrer, friend_email, friend_name, mark, device=device)

    return Scene(at, act)


async def invite(
    stage: Stage, referrer: Person, friend_email: str, friend_name: str, mark: str, *, device: str = ""
) -> None:
    """The claim itself. Raises what `claiming.claim` raises."""
    claimed = await claiming.claim(
        stage.programme_id,
        await stage.referral_code(referrer.email),
        friend_email,
        name=friend_name,
        signals={"ip": f"198.51.100.{len(friend_email)}", "device": device or friend_email},
        key=mark,
    )
    stage.marks[mark] = claimed.uid
    if claimed.code:
        stage.coupons[mark] = Coupon(claimed.code, stage.rewards[FRIENDS_COUPON])


def cancels(at: datetime, mark: str, reason: str, *, take_back_reward: bool = False) -> Scene:
    """Theo cancels a referral."""

    async def act(stage: Stage) -> None:
        await cancelling.cancel(
            stage.programme_id,
            stage.marks[mark],
            by=stage.theo,
            reason=reason,
            key=f"cancel:{mark}",
            take_back_reward=take_back_reward,
        )

    return Scene(at, act)


SUNDAY_BREAKFAST = shop.basket("Seeded sourdough", "House espresso, 250 g", "Cultured butter")
MORNING_COFFEE = shop.basket("Flat white", "Cardamom bun")
