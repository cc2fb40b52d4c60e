"""A customer's net spend, order count and dates stay right through whatever happens to an order."""

from db.enums import OrderStatus
from tests.factories import START
from tests.ledger.shop import DAY, Shop, line, refund


async def test_an_order_counts_once_however_often_it_comes(shop: Shop) -> None:
    for _ in range(3):
        await shop.gets(shop.told(5_000))
    assert await shop.counted() == (5_000, 1)


async def test_a_pending_order_counts_when_it_is_paid(shop: Shop) -> None:
    await shop.gets(shop.told(5_000, status=OrderStatus.PENDING, paid_at=None, updated_at=START))
    assert await shop.counted() == (0, 0)
    await shop.gets(shop.told(5_000, updated_at=START + DAY))
    assert await shop.counted() == (5_000, 1)
    assert await shop.balance() == 50


async def test_a_cancelled_order_counts_no_more(shop: Shop) -> None:
    await shop.gets(shop.told(5_000))
    await shop.gets(
        shop.told(5_000, status=OrderStatus.CANCELLED, cancelled_at=START + DAY, updated_at=START + DAY)
    )
    assert await shop.counted() == (0, 0)
    assert await shop.balance() == 0


async def test_a_reopened_order_counts_again(shop: Shop) -> None:
    await shop.gets(shop.told(5_000, status=OrderStatus.CANCELLED, cancelled_at=START, updated_at=START))
    await shop.gets(shop.told(5_000, updated_at=START + DAY))
    assert await shop.counted() == (5_000, 1)
    assert await shop.balance() == 50


async def test_an_edit_moves_the_spend_by_its_difference(shop: Shop) -> None:
    await shop.gets(shop.told(5_000, updated_at=START))
    for day, total in enumerate((8_000, 3_000, 4_000), start=1):
        await shop.gets(shop.told(total, updated_at=START + day * DAY))
        assert await shop.counted() == (total, 1)


async def test_refunds_lower_the_spend_but_not_the_count(shop: Shop) -> None:
    await shop.gets(shop.told(5_000))
    await shop.refunds(refund("R1", 1_999))
    assert await shop.counted() == (3_001, 1)
    await shop.refunds(refund("R2", 3_001))
    assert await shop.counted() == (0, 1)


async def test_an_order_cancelled_after_a_refund_is_taken_off_once(shop: Shop) -> None:
    await shop.gets(shop.told(5_000))
    await shop.gets(shop.told(1_000, of="1002"))
    await shop.refunds(refund("R1", 2_000))
    gone = shop.told(5_000, status=OrderStatus.CANCELLED, cancelled_at=START + DAY, updated_at=START + DAY)
    await shop.gets(gone)
    await shop.gets(gone)
    assert await shop.counted() == (1_000, 1)


async def test_an_order_without_a_customer_counts_when_it_gets_one(shop: Shop) -> None:
    await shop.gets(shop.told(5_000, customer=None, email=None))
    assert await shop.counted() == (0, 0)
    await shop.gets(shop.told(5_000))
    assert await shop.counted() == (5_000, 1)
    assert await shop.balance() == 50


async def test_a_test_order_counts_for_nothing(shop: Shop) -> None:
    await shop.gets(shop.told(5_000, test=True))
    await shop.gets(shop.told(6_000, test=True, updated_at=START + DAY))
    assert await shop.counted() == (0, 0)
    assert await shop.balance() == 0


async def test_a_free_order_is_an_order_of_nothing(shop: Shop) -> None:
    await shop.gets(shop.told(0, lines=(line(0, "L1"),)))
    assert await shop.counted() == (0, 1)
    assert await shop.balance() == 0


async def test_the_first_and_last_order_are_the_earliest_and_latest_paid(shop: Shop) -> None:
    for of, day in (("2", 5), ("1", 2), ("3", 9)):
        await shop.gets(shop.told(1_000, of=of, placed_at=START + day * DAY, paid_at=START + day * DAY))
    row = await shop.customer()
    assert (row["first_order_at"], row["last_order_at"]) == (START + 2 * DAY, START + 9 * DAY)
