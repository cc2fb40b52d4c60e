"""A visit: somebody buys, with a reward perhaps, and perhaps takes something back."""

from random import Random

from db.engine import one
from db.enums import ActorKind
from loyalty import clock
from loyalty.demo import tills
from loyalty.demo.people import Person
from loyalty.demo.shop import Basket
from loyalty.demo.stage import Stage
from loyalty.demo.tills import Coupon
from loyalty.errors import LoyaltyError
from loyalty.orders.receiving import Received, receive, receive_refund
from loyalty.rewards import codes, offers, redeeming
from loyalty.rules.actors import Actor, themself

_GIFT = """SELECT i.code, r.name FROM issued_rewards i
    JOIN rewards r ON r.programme_id = i.programme_id AND r.id = i.reward_id
    WHERE i.programme_id = {} AND i.customer_id = {} AND i.source = 'tier' AND i.status = 'outstanding'
    ORDER BY i.id LIMIT 1"""


async def buy(
    stage: Stage,
    person: Person,
    external_id: str,
    basket: Basket,
    *,
    delivered: bool,
    registered: bool = True,
    coupon: Coupon | None = None,
) -> Received:
    """An order paid now, on the web (delivered) or at the counter. A coupon is used up with it."""
    who = person.on_the_web(registered=registered) if delivered else person.at_the_till()
    name = stage.next_name()
    if coupon is not None and not await _accepted(stage, coupon, name, delivered=delivered):
        coupon = None
    order = tills.order(external_id, name, who, basket, clock.now(), delivered=delivered, coupon=coupon)
    stage.orders[external_id] = order
    return await receive(stage.programme_id, stage.web if delivered else stage.counter, order)


async def give_back(stage: Stage, external_id: str, *, whole: bool) -> None:
    """The order's first article, or everything, goes back now."""
    order = stage.orders[external_id]
    refund = (tills.refund_whole if whole else tills.refund_first_line)(order, clock.now())
    if refund.amount_minor:
        store = stage.web if order.channel == "web" else stage.counter
        await receive_refund(stage.programme_id, store, refund)


async def redeem(stage: Stage, person: Person, reward: str, *, key: str, on_behalf: bool = False) -> Coupon:
    """Points against a reward, by the member or by Theo at the counter."""
    wanted, customer_id = stage.rewards[reward], await stage.customer(person.email)
    by = stage.theo if on_behalf else themself(customer_id)
    redeemed = await redeeming.redeem(
        stage.programme_id, customer_id, wanted.id, by=by, key=key, on_behalf=on_behalf
    )
    stage.marks[key] = redeemed.uid
    return Coupon(redeemed.code, wanted)


async def tempted(stage: Stage, person: Person, luck: Random, *, key: str) -> Coupon | None:
    """A reward somebody can afford now, taken; None when there is none."""
    found = await offers.offers(stage.programme_id, await stage.customer(person.email))
    affordable = [offer.reward.about.name for offer in found if offer.refusal is None and offer.price]
    if not affordable:
        return None
    # The dearer ones are what people have been saving for.
    wanted = luck.choices(affordable, range(1, len(affordable) + 1))[0]
    return await redeem(stage, person, wanted, key=key, on_behalf=luck.random() < 0.2)


async def gift(stage: Stage, person: Person) -> Coupon | None:
    """A code somebody's tier gave them, not used yet; None when there is none."""
    found = await one(_GIFT, stage.programme_id, await stage.customer(person.email))
    return Coupon(found["code"], stage.rewards[found["name"]]) if found else None


async def _accepted(stage: Stage, coupon: Coupon, name: str, *, delivered: bool) -> bool:
    """Whether the code works; one that waited too long in a pocket doesn't, and the full price is paid."""
    by = Actor(ActorKind.API, "Web shop" if delivered else "Mill Lane counter")
    try:
        await codes.use(stage.programme_id, coupon.code, till=f"{by.name} {name}", by=by, order=name)
    except LoyaltyError:
        return False
    return True
