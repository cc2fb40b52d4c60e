"""An order that is edited and not paid in full yet keeps the form it was last paid in. PRODUCT C5."""

from dataclasses import replace

import pytest

from db.enums import EntryKind, OrderStatus
from loyalty.rules.orders import IncomingOrder
from tests import factories
from tests.factories import START
from tests.ledger.shop import DAY, Shop, line, refund

PENDING, CANCELLED = OrderStatus.PENDING, OrderStatus.CANCELLED


def edited(shop: Shop, day: int, total: int, status: OrderStatus = OrderStatus.PAID) -> IncomingOrder:
    """The order as the platform tells it on that day, its item worth the total."""
    return shop.told(total, status=status, updated_at=START + day * DAY, lines=(line(total, "L1"),))


async def test_an_item_that_isnt_paid_yet_earns_and_counts_nothing(shop: Shop) -> None:
    await shop.gets(edited(shop, 0, 10_000))
    await shop.gets(edited(shop, 1, 90_000, PENDING))
    assert await factories.entries(shop.ines) == [(EntryKind.EARN_ORDER, 100)]
    assert await shop.counted() == (10_000, 1)


async def test_the_added_item_earns_once_it_is_paid(shop: Shop) -> None:
    for told in (edited(shop, 0, 10_000), edited(shop, 1, 90_000, PENDING), edited(shop, 2, 90_000)):
        await shop.gets(told)
    assert await shop.balance() == 900
    assert await shop.counted() == (90_000, 1)


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
async def test_an_edit_and_its_payment_in_any_order_come_to_the_same(
    shop: Shop, order: tuple[int, ...]
) -> None:
    told = (edited(shop, 0, 10_000), edited(shop, 1, 90_000, PENDING), edited(shop, 2, 50_000))
    for which in order:
        await shop.gets(told[which])
    assert await shop.balance() == 500
    assert await shop.counted() == (50_000, 1)


async def test_a_late_payment_pays_for_what_was_in_it(shop: Shop) -> None:
    await shop.gets(edited(shop, 1, 90_000, PENDING))
    await shop.gets(edited(shop, 0, 10_000))
    assert await shop.balance() == 100
    assert await shop.counted() == (10_000, 1)


async def test_a_refund_of_an_order_with_an_unpaid_item_is_measured_by_what_was_paid(shop: Shop) -> None:
    await shop.gets(edited(shop, 0, 10_000))
    await shop.gets(edited(shop, 1, 90_000, PENDING))
    await shop.refunds(refund("R1", 2_500, at=START + 2 * DAY), at=START + 2 * DAY)
    assert await shop.balance() == 75
    assert await shop.counted() == (7_500, 1)


async def test_a_cancelled_order_that_is_open_again_but_unpaid_stays_without_points(shop: Shop) -> None:
    gone = replace(edited(shop, 1, 10_000, CANCELLED), cancelled_at=START + DAY)
    for told in (edited(shop, 0, 10_000), gone, edited(shop, 2, 10_000, PENDING)):
        await shop.gets(told)
    assert await shop.balance() == 0
    assert await shop.counted() == (0, 0)
    await shop.gets(edited(shop, 3, 10_000))
    assert await shop.balance() == 100
    assert await shop.counted() == (10_000, 1)
