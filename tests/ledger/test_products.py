"""Lines of platforms' orders find their category in what the platform told of its products. PRODUCT I1, I3, N2."""

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from db.engine import loads, rows, value
from db.enums import MultiplierSource, OrderStatus
from loyalty import clock
from loyalty.errors import Invalid
from loyalty.events import storing
from loyalty.multipliers.granting import grant
from loyalty.products import known, receiving
from loyalty.rules.earning_rules import Matching
from loyalty.rules.orders import IncomingOrder
from loyalty.rules.products import IncomingProduct
from tests import factories
from tests.factories import START
from tests.ledger.shop import DAY, Shop, line, refund

HOUR = timedelta(hours=1)
BALM = IncomingProduct("7", "Balm", "Skincare", ("vegan",), ("BALM-S", "BALM-L"), START - DAY)
TEA = IncomingProduct("8", "Tea", "Drinks", (), ("TEA",), START - DAY)


async def tells(shop: Shop, *products: IncomingProduct) -> list[bool]:
    return [
        await receiving.receive(shop.cast.programme_id, shop.cast.web.id, product) for product in products
    ]


def basket(shop: Shop, **more: object) -> IncomingOrder:
    """Two balms and a tea as a platform writes them: without a category."""
    lines = (
        replace(line(1_000, "L1"), product_id="7"),
        replace(line(700, "L2"), sku="BALM-L"),
        replace(line(500, "L3"), product_id="8"),
    )
    return shop.told(2_200, lines=lines, **more)


async def categories() -> list[str]:
    found = await rows("SELECT category FROM order_lines WHERE programme_id = {} ORDER BY position", 1)
    return [row["category"] for row in found]


async def test_double_points_on_a_shelf_reach_a_platforms_order_and_come_back_with_its_refund(
    shop: Shop,
) -> None:
    await tells(shop, BALM, TEA)
    with clock.at(START - HOUR):
        await grant(
            1,
            shop.ines.id,
            percent=200,
            scope=Matching(categories=("Skincare",)),
            valid_until=START + 30 * DAY,
            source=MultiplierSource.PREFERENCE,
            key="k",
        )
    await shop.gets(basket(shop))
    assert await categories() == ["Skincare", "Skincare", "Drinks"]
    assert await shop.balance() == 2 * 17 + 5
    # What becomes of a product later changes nothing of what was sold, and the order's news neither.
    await tells(shop, replace(BALM, category="Bodycare", told_at=START + HOUR))
    await shop.gets(basket(shop, updated_at=START + 2 * HOUR))
    assert await categories() == ["Skincare", "Skincare", "Drinks"]
    assert await shop.balance() == 2 * 17 + 5
    await shop.refunds(refund("R1", 2_200))
    assert await shop.balance() == 0
    assert await value("SELECT status FROM multipliers WHERE programme_id = {}", 1) == "waiting"


async def test_products_told_in_any_order_and_again_end_the_same(shop: Shop) -> None:
    moved = replace(BALM, category="Bodycare", skus=("BALM-XL",), told_at=START)
    from_file = replace(BALM, category="From a file", told_at=None)
    for number, told in enumerate(itertools.permutations((BALM, moved, from_file))):
        products = [replace(product, external_id=f"p{number}") for product in (*told, *told)]
        await tells(shop, *products)
    assert await known.categories(1) == ("Bodycare",)
    found = await rows("SELECT sku FROM product_skus WHERE programme_id = {}", 1)
    assert {row["sku"] for row in found} == {"BALM-XL"}
    assert await tells(shop, replace(moved, external_id="p0")) == [False]


async def test_one_product_told_by_many_at_once_is_kept_once(shop: Shop) -> None:
    told = [replace(BALM, category=f"Shelf {n}", told_at=START + n * HOUR) for n in range(6)]
    await asyncio.gather(*(tells(shop, product) for product in told))
    assert await known.categories(1) == ("Shelf 5",)


async def test_a_line_of_an_unknown_product_has_no_category_until_its_order_is_paid_knowing_it(
    shop: Shop,
) -> None:
    await shop.gets(basket(shop, of="1", status=OrderStatus.PENDING, paid_at=None, updated_at=START))
    assert await categories() == ["", "", ""]
    await tells(shop, BALM)
    await shop.gets(basket(shop, of="1", updated_at=START + HOUR))
    assert await categories() == ["Skincare", "Skincare", ""]
    await tells(shop, TEA)
    await shop.gets(basket(shop, of="1", updated_at=START + 2 * HOUR))
    assert await categories() == ["Skincare", "Skincare", ""]


async def test_of_two_products_with_one_stock_number_the_one_changed_last_counts_and_only_in_its_store(
    shop: Shop,
) -> None:
    twin = replace(TEA, external_id="9", category="Gifts", skus=("BALM-L",), told_at=START)
    await tells(shop, twin, BALM)
    await receiving.receive(
        1, (await factories.store(1, "counter")).id, replace(twin, category="Counter", told_at=START + HOUR)
    )
    await shop.gets(basket(shop))
    assert await categories() == ["Skincare", "Gifts", ""]


async def test_a_product_that_cant_be_kept_is_refused_and_long_words_are_cut(shop: Shop) -> None:
    with pytest.raises(Invalid):
        await tells(shop, replace(BALM, external_id=""))
    await tells(shop, replace(BALM, title="t" * 999, category="c" * 999, skus=("s" * 999, "OK")))
    assert await known.categories(1) == ("c" * 200,)
    assert await value("SELECT sku FROM product_skus WHERE programme_id = {}", 1) == "OK"


async def test_news_of_a_product_goes_before_orders_that_wait_since_a_minute(shop: Shop) -> None:
    for seconds, topic in ((0, "orders/create"), (10, "orders/create"), (65, "products/update")):
        with clock.at(START + timedelta(seconds=seconds)):
            await storing.store(1, shop.cast.web.id, topic, str(seconds), "{}")
    events = await rows("SELECT id, topic FROM inbound_events WHERE programme_id = {}", 1)
    topics = {event["id"]: event["topic"] for event in events}
    waiting = await rows(
        "SELECT args FROM jobs WHERE programme_id = {} AND name = 'apply_event' ORDER BY run_at", 1
    )
    assert [topics[loads(job["args"])["event"]] for job in waiting] == [
        "orders/create",
        "products/update",
        "orders/create",
    ]
