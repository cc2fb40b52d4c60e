"""A café's stamp card through two months: `examples/cafe.toml`, applied as it is."""

from datetime import timedelta

import pytest

from db.engine import rows
from db.enums import IssuedStatus
from loyalty import clock
from loyalty.errors import AlreadyDone, NotEnoughPoints
from loyalty.ledger.verifying import verify
from loyalty.rewards import codes
from loyalty.rewards.redeeming import redeem
from loyalty.rules.actors import SYSTEM
from loyalty.rules.orders import IncomingRefundLine
from tests.stories.counters import Counter, day, item

KIM = "kim@example.org"


@pytest.fixture
async def cafe(db: object) -> Counter:
    return await Counter.opened("cafe", "counter")


async def stamps(cafe: Counter, at: int) -> int:
    return (await cafe.balance(KIM, day(at))).available


async def a_weeks_drinks(cafe: Counter, first_day: int) -> None:
    """A coffee each day from Monday to Friday, on Friday two and a cake: six drinks."""
    for number in range(first_day, first_day + 5):
        is_friday = number == first_day + 4
        coffee = item(900, "Coffee", quantity=2) if is_friday else item(450, "Coffee")
        cake = (item(600, "Cake", name="L2"),) if is_friday else ()
        await cafe.sells(f"{number}", KIM, day(number), coffee, *cake)


async def test_a_month_of_drinks_fills_cards_and_a_full_card_is_a_drink(cafe: Counter) -> None:
    await a_weeks_drinks(cafe, 0)
    assert await stamps(cafe, 5) == 6
    kim, drink = (await cafe.customer(KIM))["id"], await cafe.reward("A drink on us")
    with clock.at(day(5)), pytest.raises(NotEnoughPoints) as short:
        await redeem(cafe.programme_id, kim, drink, by=SYSTEM, key="too early")
    assert short.value.available == 6

    for monday in (7, 14, 21):
        await a_weeks_drinks(cafe, monday)
    assert await stamps(cafe, 27) == 24
    with clock.at(day(27)):
        got = await redeem(cafe.programme_id, kim, drink, by=SYSTEM, key="one card")
        twice = await redeem(cafe.programme_id, kim, drink, by=SYSTEM, key="one card")
    assert (got.code, got.available) == (twice.code, 14)

    with clock.at(day(28)):
        used = await codes.use(cafe.programme_id, got.code, till="counter", by=SYSTEM, order="#free")
        assert (used.copy.life.status, used.copy.life.used_order) == (IssuedStatus.USED, "#free")
        with pytest.raises(AlreadyDone):
            await codes.use(cafe.programme_id, got.code, till="counter", by=SYSTEM, order="#again")
    free = await cafe.sells("free", KIM, day(28), item(0, "Coffee", discount_minor=450))
    assert free.settled.earned == 0
    assert await stamps(cafe, 28) == 14
    assert await verify() == []


async def test_a_returned_drink_takes_its_stamp_back(cafe: Counter) -> None:
    await cafe.sells("1", KIM, day(0), item(900, "Coffee", quantity=2), item(600, "Cake", name="L2"))
    back = (IncomingRefundLine("L1", 1, 450),)
    for _ in range(2):
        await cafe.refunds("1", 450, day(1), lines=back)
    assert await stamps(cafe, 1) == 1
    await cafe.refunds("1", 600, day(2), lines=(IncomingRefundLine("L2", 1, 600),))
    assert await stamps(cafe, 2) == 1
    assert await verify() == []


async def test_a_stamp_that_was_drunk_already_is_forgotten(cafe: Counter) -> None:
    await cafe.sells("1", KIM, day(0), item(4_500, "Tea", quantity=10))
    kim, drink = (await cafe.customer(KIM))["id"], await cafe.reward("A drink on us")
    with clock.at(day(1)):
        await redeem(cafe.programme_id, kim, drink, by=SYSTEM, key="card")
    await cafe.refunds("1", 4_500, day(2))
    left = await cafe.balance(KIM, day(2))
    assert (left.available, left.debt) == (0, 0)
    assert await verify() == []


async def test_every_visit_lets_all_stamps_live_for_another_year(cafe: Counter) -> None:
    await cafe.sells("1", KIM, day(0), item(450, "Coffee"))
    await cafe.sells("2", KIM, day(100), item(450, "Tea"))
    await cafe.sells("late", KIM, day(50), item(450, "Tea"))
    ends = await rows("SELECT DISTINCT expires_at FROM lots WHERE programme_id = {}", cafe.programme_id)
    assert [row["expires_at"].date() for row in ends] == [(day(100) + timedelta(days=366)).date()]
    moves = await rows("SELECT reason FROM expiry_moves WHERE programme_id = {}", cafe.programme_id)
    assert {row["reason"] for row in moves} == {"The customer was active."}
    assert (await cafe.balance(KIM, day(464))).available == 3
    assert await verify() == []
