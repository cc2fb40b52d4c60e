"""What an order earns, and how long its points live, doesn't hang on when it comes in. PRODUCT A3, J1."""

from typing import Any

import pytest

from db.engine import rows, value
from loyalty import clock
from loyalty.customers import moving
from loyalty.ledger.balances import balance
from loyalty.rules.orders import IncomingCustomer, IncomingOrder
from tests.factories import START
from tests.ledger.shop import DAY, Shop, refund

NOW = START + 300 * DAY


def on(shop: Shop, day: int, total: int, **more: Any) -> IncomingOrder:
    """An order that is named by the day on which it was placed and paid."""
    at = START + day * DAY
    return shop.told(total, of=f"day {day}", placed_at=at, paid_at=at, **more)


def gus(shop: Shop, day: int, total: int, *, registered: bool) -> IncomingOrder:
    who = IncomingCustomer(external_id=None, email="gus@example.org", is_registered=registered)
    return on(shop, day, total, customer=who, email="gus@example.org")


async def gus_has() -> int:
    found = await value(
        "SELECT a.balance FROM accounts a JOIN customers c ON c.programme_id = a.programme_id AND c.id = a.customer_id"
        " WHERE a.programme_id = {} AND c.email_key = 'gus@example.org'",
        1,
    )
    return int(found)


@pytest.mark.parametrize("late", [False, True])
async def test_a_guests_order_earns_nothing_also_after_they_registered(shop: Shop, late: bool) -> None:
    told = [gus(shop, 1, 10_000, registered=False), gus(shop, 2, 5_000, registered=True)]
    for order in reversed(told) if late else told:
        await shop.gets(order, at=NOW)
    assert await gus_has() == 50


@pytest.mark.parametrize("late", [False, True])
async def test_every_order_of_a_registered_customer_earns_whichever_comes_first(
    shop: Shop, late: bool
) -> None:
    told = [gus(shop, 1, 10_000, registered=True), gus(shop, 2, 5_000, registered=True)]
    for order in reversed(told) if late else told:
        await shop.gets(order, at=NOW)
    assert await gus_has() == 150


async def test_an_order_paid_as_a_member_earns_also_when_it_comes_after_leaving(shop: Shop) -> None:
    with clock.at(START + 5 * DAY):
        await moving.exclude(1, shop.ines.id, by=shop.cast.mara, reason="Asked to")
    await shop.gets(on(shop, 2, 10_000), at=START + 6 * DAY)
    await shop.gets(on(shop, 6, 5_000), at=START + 6 * DAY)
    assert await shop.balance() == 100


@pytest.mark.parametrize("days", [(1, 2), (2, 1)])
async def test_one_order_is_the_first_whichever_comes_first(shop: Shop, days: tuple[int, int]) -> None:
    await shop.rule(50, per="order", per_minor=None, first_order_only=True)
    for day in days:
        await shop.gets(on(shop, day, 1_000), at=NOW)
    assert await shop.balance() == 10 + 10 + 50


async def test_a_later_order_that_earned_nothing_doesnt_take_the_firsts_place(shop: Shop) -> None:
    await shop.rule(50, per="order", per_minor=None, first_order_only=True)
    with clock.at(START + 5 * DAY):
        await moving.exclude(1, shop.ines.id, by=shop.cast.mara, reason="Asked to")
    for day in (6, 2):
        await shop.gets(on(shop, day, 1_000), at=NOW)
    assert await shop.balance() == 10 + 50


@pytest.mark.parametrize("days", [(0, 299), (299, 0)])
async def test_points_end_a_period_after_the_last_activity_whichever_comes_first(
    shop: Shop, days: tuple[int, int]
) -> None:
    await shop.has(expiry_policy="inactivity", expiry_months=12)
    for day in days:
        await shop.gets(on(shop, day, 1_000), at=NOW)
    ends = await rows("SELECT DISTINCT expires_at FROM lots WHERE programme_id = {}", 1)
    assert [(row["expires_at"] - START).days for row in ends] == [299 + 365]


async def test_a_refund_dated_before_its_order_takes_nothing_before_it_was_earned(shop: Shop) -> None:
    await shop.gets(on(shop, 2, 10_000), at=START + 3 * DAY)
    await shop.refunds(refund("R1", 10_000, of="day 2", at=START + DAY), at=START + 4 * DAY)
    with clock.at(NOW):
        between = await balance(1, shop.ines.id, START + DAY * 3 / 2)
        after = await balance(1, shop.ines.id, START + 5 * DAY)
    assert (between.available, between.debt, between.clawed_back) == (0, 0, 0)
    assert (after.available, after.debt, after.clawed_back) == (0, 0, 100)
