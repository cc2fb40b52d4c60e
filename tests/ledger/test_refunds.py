"""Refunds: any sequence takes back exactly what was earned, down the waterfall. PRODUCT C5."""

import asyncio
from dataclasses import replace
from itertools import permutations

import pytest

from db.enums import EntryKind, OrderStatus
from loyalty.customers import moving
from loyalty.ledger.balances import balance
from loyalty.rules.orders import IncomingRefundLine
from tests import factories
from tests.factories import START
from tests.ledger.shop import DAY, Shop, announce, earned, held, line, lots, one_account, refund, spent


async def test_partial_refunds_in_any_order_add_up_to_what_was_earned(shop: Shop) -> None:
    for of, amounts in enumerate(permutations((33, 667, 1_299, 3_000))):
        await shop.gets(shop.told(4_999, of=str(of)))
        kept = 4_999
        for number, amount in enumerate(amounts):
            kept -= amount
            await shop.refunds(refund(f"R{number}", amount, of=str(of)))
            assert await shop.balance() == kept // 100
        assert kept == 0
        assert (await shop.order(str(of)))["clawed_points"] == 49


async def test_a_refund_before_its_order_waits_for_it(shop: Shop) -> None:
    early = await shop.refunds(refund("R1", 2_000))
    assert early.order_id is None
    await shop.gets(shop.told(5_000), at=START + 2 * DAY)
    assert await factories.entries(shop.ines) == [
        (EntryKind.EARN_ORDER, 50),
        (EntryKind.REFUND_CLAWBACK, -20),
    ]
    assert await shop.counted() == (3_000, 1)


async def test_a_refund_that_comes_twice_takes_once(shop: Shop) -> None:
    await shop.gets(shop.told(5_000))
    for _ in range(3):
        await shop.refunds(refund("R1", 2_000))
    assert await shop.balance() == 30


async def test_an_export_and_the_refunds_it_sums_up_are_the_same_money(shop: Shop) -> None:
    await shop.gets(shop.told(5_000, reported_refunded_minor=2_000))
    await shop.refunds(refund("R1", 1_500))
    assert await shop.balance() == 30
    await shop.refunds(refund("R2", 1_000))
    assert await shop.balance() == 25
    await shop.gets(shop.told(5_000, reported_refunded_minor=2_500))
    assert await shop.balance() == 25


async def test_a_reported_refund_never_shrinks(shop: Shop) -> None:
    await shop.gets(shop.told(5_000, reported_refunded_minor=2_000))
    await shop.gets(shop.told(5_000, reported_refunded_minor=500, updated_at=START + DAY))
    assert (await shop.order())["refunded_minor"] == 2_000
    assert await shop.balance() == 30


async def test_refunds_inside_an_order_count_like_those_that_come_alone(shop: Shop) -> None:
    inside = refund("R1", 2_000)
    await shop.gets(shop.told(5_000, refunds=(inside,)))
    await shop.refunds(inside)
    await shop.gets(shop.told(5_000, refunds=(inside, refund("R2", 500)), updated_at=START + DAY))
    assert await shop.balance() == 25


async def test_more_money_back_than_was_paid_takes_no_more_than_was_earned(shop: Shop) -> None:
    await shop.gets(shop.told(5_000))
    await shop.refunds(refund("R1", 9_000))
    await shop.refunds(refund("R2", 9_000))
    assert await shop.balance() == 0
    assert await shop.counted() == (0, 1)


async def test_a_refund_of_an_order_that_didnt_earn_takes_nothing(shop: Shop) -> None:
    await earned(shop.ines, 100)
    await shop.gets(shop.told(5_000, test=True))
    await shop.refunds(refund("R1", 5_000))
    assert await shop.balance() == 100


async def test_a_refunded_line_takes_its_own_points(shop: Shop) -> None:
    await shop.gets(shop.told(5_000, lines=(line(2_000, "A"), line(3_000, "B", quantity=3))))
    back = refund("R1", 1_000, lines=(IncomingRefundLine("B", 1, 1_000),))
    await shop.refunds(back)
    assert await shop.balance() == 40


async def test_pending_points_of_the_order_go_before_anything_else(shop: Shop) -> None:
    await shop.has(hold_days=14)
    await earned(shop.ines, 100)
    await shop.gets(shop.told(5_000))
    await shop.refunds(refund("R1", 5_000))
    assert await lots(shop.ines) == [(100, 100), (50, 0)]


async def test_what_was_spent_comes_from_spendable_then_pending_points(shop: Shop) -> None:
    await shop.gets(shop.told(5_000))
    await spent(shop.ines, 50)
    await earned(shop.ines, 10, available_at=START + 90 * DAY, expires_at=START + 100 * DAY)
    await earned(shop.ines, 20, key="now")
    await shop.refunds(refund("R1", 2_500))
    assert await lots(shop.ines) == [(50, 0), (10, 5), (20, 0)]


async def test_what_had_expired_is_covered_and_nothing_is_taken_for_it(shop: Shop) -> None:
    await shop.has(expiry_policy="rolling", expiry_months=1, negative_policy="allow")
    await shop.gets(shop.told(5_000))
    await announce(shop.ines, START)
    later = START + 60 * DAY
    await earned(shop.ines, 500, at=later)
    await shop.refunds(refund("R1", 3_000, at=later), at=later)
    row = await shop.order()
    assert (row["covered_points"], row["clawed_points"], await shop.balance()) == (30, 0, 500)
    await shop.refunds(refund("R2", 2_000, at=later), at=later)
    assert (await shop.order())["covered_points"] == 50


async def test_whoever_never_redeemed_never_owes(shop: Shop) -> None:
    await shop.has(expiry_policy="rolling", expiry_months=1, negative_policy="allow")
    for number in range(4):
        at = START + number * 20 * DAY
        await shop.gets(shop.told(1_999 + number, of=str(number), placed_at=at, paid_at=at), at=at)
        await announce(shop.ines, at)
    later = START + 80 * DAY
    for number in range(4):
        for part in range(3):
            await shop.refunds(refund(f"{number}/{part}", 700, of=str(number), at=later), at=later)
            assert (await one_account(shop.ines))["debt"] == 0
    assert await shop.balance() == 0


async def test_allow_leaves_a_debt_that_later_points_pay(shop: Shop) -> None:
    await shop.has(negative_policy="allow")
    await shop.gets(shop.told(5_000))
    await spent(shop.ines, 40)
    await shop.refunds(refund("R1", 5_000))
    assert ((await one_account(shop.ines))["debt"], await shop.balance()) == (40, -40)
    await shop.gets(shop.told(10_000, of="1002"))
    assert ((await one_account(shop.ines))["debt"], await shop.balance()) == (0, 60)


async def test_clamp_takes_what_is_there_and_forgets_the_rest(shop: Shop) -> None:
    await shop.has(negative_policy="clamp")
    await shop.gets(shop.told(5_000))
    await spent(shop.ines, 40)
    await shop.refunds(refund("R1", 2_000))
    await shop.refunds(refund("R2", 2_000))
    row = await shop.order()
    assert (row["clawed_points"], row["forgiven_points"], await shop.balance()) == (10, 30, 0)
    await shop.gets(shop.told(10_000, of="1002"))
    await shop.refunds(refund("R3", 1_000))
    assert await shop.balance() == 90


async def test_block_tries_the_rest_again_with_the_next_refund_but_not_with_a_repeat(shop: Shop) -> None:
    await shop.has(negative_policy="block")
    await shop.gets(shop.told(5_000))
    await spent(shop.ines, 40)
    first = refund("R1", 4_000)
    await shop.refunds(first)
    assert ((await shop.order())["clawed_points"], await shop.balance()) == (10, 0)
    await shop.gets(shop.told(10_000, of="1002"))
    await shop.refunds(first)
    await shop.gets(shop.told(5_000))
    assert await shop.balance() == 100, "the same news again is no reason to take anything"
    await shop.refunds(refund("R2", 1_000))
    assert await shop.balance() == 60


@pytest.mark.parametrize("policy", ["block", "allow", "clamp"])
async def test_reopening_a_cancelled_order_leaves_what_was_there(shop: Shop, policy: str) -> None:
    await shop.has(negative_policy=policy)
    await shop.gets(shop.told(5_000, updated_at=START))
    await earned(shop.ines, 5)
    await spent(shop.ines, 45)
    before = await shop.balance()
    gone = shop.told(5_000, status=OrderStatus.CANCELLED, cancelled_at=START + DAY, updated_at=START + DAY)
    await shop.gets(gone)
    await shop.gets(replace(gone, status=OrderStatus.PAID, cancelled_at=None, updated_at=START + 2 * DAY))
    row = await shop.order()
    assert (row["clawed_points"], row["covered_points"], row["forgiven_points"]) == (0, 0, 0)
    assert ((await one_account(shop.ines))["debt"], await shop.balance()) == (0, before)


async def test_returned_points_pay_the_debt_of_another_order_first(shop: Shop) -> None:
    await shop.has(negative_policy="allow")
    await shop.gets(shop.told(5_000, of="1", updated_at=START))
    await shop.gets(shop.told(3_000, of="2", updated_at=START))
    await spent(shop.ines, 80)
    for of, total in (("1", 5_000), ("2", 3_000)):
        await shop.refunds(refund("R", total, of=of))
    assert (await one_account(shop.ines))["debt"] == 80
    await earned(shop.ines, 60)
    reopened = shop.told(9_000, of="1", updated_at=START + DAY)
    await shop.gets(reopened)
    async with held(shop.ines) as account:
        assert account.debt >= 0


async def test_a_refund_while_left_takes_its_points_back(shop: Shop) -> None:
    await shop.gets(shop.told(5_000))
    await moving.exclude(1, shop.ines.id, by=shop.cast.mara, reason="Asked to")
    await shop.refunds(refund("R1", 5_000))
    assert await shop.balance() == 0


async def test_an_order_and_its_refund_at_the_same_moment_find_each_other(shop: Shop) -> None:
    told = [str(number) for number in range(8)]
    await asyncio.gather(
        *(shop.gets(shop.told(1_000, of=of)) for of in told),
        *(shop.refunds(refund("R", 400, of=of)) for of in told),
    )
    assert [(await shop.order(of))["clawed_points"] for of in told] == [4] * 8
    assert await shop.balance() == 48


async def test_a_refund_from_a_clock_that_is_ahead_counts_now(shop: Shop) -> None:
    await shop.gets(shop.told(5_000))
    await shop.refunds(refund("R1", 2_000, at=START + 9 * DAY), at=START + DAY)
    assert (await balance(1, shop.ines.id, START + DAY)).available == 30
