"""The thousand and their visits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from loyalty.customers.receiving import receive
from loyalty.demo import almanac, shop
from loyalty.demo.almanac import Almanac
from loyalty.demo.people import Person
from loyalty.demo.shop import Basket
from loyalty.demo.stage import Scene, Stage
from loyalty.demo.tills import Coupon
from loyalty.demo.visits import buy, gift, give_back, tempted

_BEFORE_SPENDING = 3
"""Visits after which somebody knows that points can be spent."""
_KEEPS_FOR_LATER = 0.25
_REMEMBERS_GIFTS = 0.15


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit as it is planned; whether points are spent is seen when it happens, with the same dice."""

    external_id: str
    count: int
    at: datetime
    basket: Basket
    delivered: bool
    registered: bool
    dice: str


def planned(people: Sequence[Person], almanac_: Almanac) -> list[tuple[Person, Visit]]:
    """Everybody's visits."""
    return [(person, visit) for person in people for visit in _visits(person, person.luck, almanac_)]


def scenes(people: Sequence[Person], visits: Sequence[tuple[Person, Visit]]) -> Iterator[Scene]:
    for person in people:
        if person.joins is not None:
            yield Scene(_morning(person), partial(_register, person))
    for person, visit in visits:
        yield Scene(visit.at, partial(_visit, person, visit))
        yield from _second_thoughts(visit)


def _morning(person: Person) -> datetime:
    """Before the doors open: whoever registers today can earn today."""
    assert person.joins is not None
    return almanac.moment(person.joins, time(5, person.number % 60, person.number * 7 % 60))


async def _register(person: Person, stage: Stage) -> None:
    who = person.on_the_web(registered=True)
    await receive(stage.programme_id, stage.web, who)


def _visits(person: Person, luck: Random, almanac_: Almanac) -> Iterator[Visit]:
    for count, day in enumerate(_days(person, luck, almanac_), 1):
        # A friend's coupon is for the web shop, and it wants an order worth delivering.
        invited = person.invited_by is not None and count == 1
        delivered = invited or luck.random() >= person.counter
        basket = shop.on_the_web(luck) if delivered else shop.at_the_counter(luck)
        if invited:
            basket += ((shop.BEANS[0], 1),)
        yield Visit(
            external_id=str(5_000_000_000 + person.number * 1000 + count),
            count=count,
            at=almanac.evening_hour(day, luck) if delivered else almanac.opening_hour(day, luck),
            basket=basket,
            delivered=delivered,
            registered=person.joins is not None and person.joins <= day,
            dice=f"{person.email}:{count}",
        )


def _days(person: Person, luck: Random, almanac_: Almanac) -> Iterator[date]:
    gap, day, last = person.habit.gap_days, person.comes, person.comes
    yield day
    while gap and day <= person.stops:
        day += timedelta(days=max(1, round(luck.gammavariate(2.0, gap / 2))))
        convenient = max(almanac.convenient(day, luck), last + timedelta(days=1))
        if convenient <= min(person.stops, almanac_.today) and almanac.in_season(convenient, luck):
            yield convenient
            last = convenient


def _second_thoughts(visit: Visit) -> Iterator[Scene]:
    """One web order in twenty-five comes back, whole or in part; at the counter hardly any."""
    luck = Random(f"{visit.dice}:back")
    if luck.random() < (0.04 if visit.delivered else 0.006):
        at = visit.at + timedelta(days=luck.randint(1, 6), minutes=luck.randint(0, 240))
        yield Scene(at, partial(give_back, external_id=visit.external_id, whole=luck.random() < 0.4))


async def _visit(person: Person, visit: Visit, stage: Stage) -> None:
    await buy(
        stage,
        person,
        visit.external_id,
        visit.basket,
        delivered=visit.delivered,
        registered=visit.registered,
        coupon=await _coupon(person, visit, stage),
    )


async def _coupon(person: Person, visit: Visit, stage: Stage) -> Coupon | None:
    """A code from the pocket, a tier's gift, or one just redeemed; now and then that is kept for later."""
    if person.email in stage.pockets:
        return stage.pockets.pop(person.email)
    luck = Random(visit.dice)
    if visit.registered and not visit.delivered and luck.random() < _REMEMBERS_GIFTS:
        return await gift(stage, person)
    likely = visit.registered and not person.saves and visit.count > _BEFORE_SPENDING
    if not likely or luck.random() >= person.habit.redeems:
        return None
    coupon = await tempted(stage, person, luck, key=visit.dice)
    if coupon is not None and luck.random() < _KEEPS_FOR_LATER:
        stage.pockets[person.email] = coupon
        return None
    return coupon
