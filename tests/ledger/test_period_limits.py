"""A limit per period is the rule's: over all its versions, and free again when an order is undone. PRODUCT I1."""

from dataclasses import replace
from typing import Any

import pytest

from db.engine import atomic
from db.enums import OrderStatus
from loyalty import clock
from loyalty.earning import rules
from loyalty.rules.actors import SYSTEM
from loyalty.rules.earning import RuleDefinition
from loyalty.rules.orders import IncomingOrder
from tests.cast import Cast
from tests.factories import START
from tests.ledger.shop import DAY, Shop, refund


@pytest.fixture
async def capped(cast: Cast) -> tuple[Shop, int]:
    """A shop whose only rule gives at most 100 points a year, and the rule's id."""
    shop = Shop(cast, cast.ines)
    await shop.has(hold_days=0)
    with clock.at(START):
        async with atomic():
            return shop, await rules.add(1, limited(), by=SYSTEM)


def limited() -> RuleDefinition:
    return RuleDefinition.from_dict(
        {
            "name": "1 per euro",
            "points": 1,
            "trigger": "order",
            "per": "amount",
            "per_minor": 100,
            "base": "total",
            "max_points_per_period": 100,
            "period": "year",
        }
    )


def on(shop: Shop, day: int, total: int, **more: Any) -> IncomingOrder:
    at = START + day * DAY
    facts = {"placed_at": at, "paid_at": at, "updated_at": at, **more}
    return shop.told(total, of=f"day {day}", **facts)


async def test_a_new_version_of_the_rule_doesnt_begin_the_limit_anew(capped: tuple[Shop, int]) -> None:
    shop, rule_id = capped
    await shop.gets(on(shop, 1, 8_000), at=START + DAY)
    with clock.at(START + 2 * DAY):
        async with atomic():
            await rules.revise(1, rule_id, limited(), by=SYSTEM)
    await shop.gets(on(shop, 3, 8_000), at=START + 3 * DAY)
    assert await shop.balance() == 100


async def test_a_cancelled_order_frees_what_it_used_of_the_limit(capped: tuple[Shop, int]) -> None:
    shop, _ = capped
    order, later = on(shop, 1, 10_000), START + 2 * DAY
    await shop.gets(order, at=START + DAY)
    await shop.gets(
        replace(order, status=OrderStatus.CANCELLED, cancelled_at=later, updated_at=later), at=later
    )
    await shop.gets(on(shop, 3, 7_000), at=START + 3 * DAY)
    assert await shop.balance() == 70


async def test_an_order_refunded_in_full_frees_the_limit_and_one_refunded_in_part_doesnt(
    capped: tuple[Shop, int],
) -> None:
    shop, _ = capped
    await shop.gets(on(shop, 1, 10_000), at=START + DAY)
    await shop.refunds(refund("R1", 5_000, of="day 1", at=START + 2 * DAY), at=START + 2 * DAY)
    await shop.gets(on(shop, 3, 1_000), at=START + 3 * DAY)
    assert await shop.balance() == 50
    await shop.refunds(refund("R2", 5_000, of="day 1", at=START + 4 * DAY), at=START + 4 * DAY)
    await shop.gets(on(shop, 5, 1_000), at=START + 5 * DAY)
    assert await shop.balance() == 10
