"""One-shot multipliers from grant to order to refund. PRODUCT I3, C5, B5."""

import asyncio
from datetime import datetime, timedelta

import pytest

from db.engine import loads, rows
from db.enums import EntryKind, MultiplierSource, OrderStatus
from loyalty import clock
from loyalty.activities.reasons import why
from loyalty.errors import AlreadyDone, Invalid, KeyReused, NotAMember, NotFound
from loyalty.merging.merging import merge
from loyalty.multipliers import undoing
from loyalty.multipliers.granting import Granted, grant
from loyalty.multipliers.withdrawing import withdraw
from loyalty.orders.history import orders
from loyalty.rules.earning_rules import Matching
from loyalty.undo import undo
from tests import factories
from tests.cast import Cast, assert_books_balance, undo_last
from tests.factories import START, Person
from tests.ledger.shop import DAY, Shop, line, refund

HOUR = timedelta(hours=1)
SKINCARE = Matching(categories=("Skincare",))
BALM = line(1_000, "L1", category="Skincare")
TEA = line(500, "L2", category="Tea")


async def give(
    person: Person, percent: int = 200, *, scope: Matching = SKINCARE, key: str = "k", **more: object
) -> Granted:
    with clock.at(START - HOUR):
        return await grant(
            person.programme_id,
            person.id,
            percent=percent,
            scope=scope,
            key=key,
            **{"valid_until": START + 30 * DAY, "source": MultiplierSource.PREFERENCE, **more},
        )


async def states(shop: Shop) -> list[str]:
    found = await rows("SELECT status FROM multipliers WHERE programme_id = {} ORDER BY id", 1)
    return [row["status"] for row in found]


def basket(shop: Shop, of: str = "1001", at: datetime = START, **more: object):
    told = {"lines": (BALM, TEA), "paid_at": at, "placed_at": at, **more}
    return shop.told(1_500, of=of, **told)


async def test_the_first_order_with_such_a_line_uses_it_up(shop: Shop) -> None:
    await give(shop.ines)
    await shop.gets(shop.told(500, of="1", lines=(TEA,)))
    assert (await shop.balance(), await states(shop)) == (5, ["waiting"])
    await shop.gets(basket(shop, "2"))
    assert (await shop.balance(), await states(shop)) == (5 + 25, ["used"])
    await shop.gets(basket(shop, "3"))
    assert await shop.balance() == 5 + 25 + 15


async def test_each_line_tells_what_lifted_it(shop: Shop) -> None:
    await give(shop.ines)
    await shop.gets(basket(shop))
    (order,) = (await orders(1, shop.ines.uid)).rows
    told = await rows("SELECT breakdown FROM ledger_entries WHERE programme_id = 1 AND kind = 'earn_order'")
    reason = why(EntryKind.EARN_ORDER, loads(told[0]["breakdown"]), currency="EUR")
    assert reason is not None
    assert reason.endswith(", Double points on Skincare")
    balm, tea = order.lines
    assert (balm.points, balm.earnings[0].multipliers) == (20, (("Double points on Skincare", 200),))
    assert (tea.points, tea.earnings[0].multipliers) == (5, ())


async def test_partial_refunds_add_up_and_keep_it_used(shop: Shop) -> None:
    await give(shop.ines)
    await shop.gets(basket(shop))
    for number, left in enumerate((16, 8)):
        await shop.refunds(refund(f"R{number}", 500))
        assert await shop.balance() == left, number
    assert await states(shop) == ["used"]
    await shop.refunds(refund("R9", 500))
    assert (await shop.balance(), await states(shop)) == (0, ["waiting"])


async def test_what_a_cancelled_order_gave_back_lifts_the_next_one(shop: Shop) -> None:
    await give(shop.ines)
    await shop.gets(basket(shop))
    gone = basket(shop, status=OrderStatus.CANCELLED, cancelled_at=START + DAY, updated_at=START + DAY)
    await shop.gets(gone, at=START + DAY)
    assert (await shop.balance(), await states(shop)) == (0, ["waiting"])
    await shop.gets(basket(shop, "2"), at=START + DAY)
    assert (await shop.balance(), await states(shop)) == (25, ["used"])


async def test_a_cancellation_taken_back_asks_for_it_again(shop: Shop) -> None:
    await give(shop.ines)
    await shop.gets(basket(shop, updated_at=START))
    for days, status in ((1, OrderStatus.CANCELLED), (2, OrderStatus.PAID)):
        at = START + days * DAY
        await shop.gets(basket(shop, status=status, updated_at=at), at=at)
    assert (await shop.balance(), await states(shop)) == (25, ["used"])


async def test_an_order_that_comes_back_too_late_earns_without_it(shop: Shop) -> None:
    await give(shop.ines)
    await shop.gets(basket(shop, updated_at=START))
    gone = basket(shop, status=OrderStatus.CANCELLED, updated_at=START + DAY)
    await shop.gets(gone, at=START + DAY)
    await shop.gets(basket(shop, "2"), at=START + DAY)
    await shop.gets(basket(shop, updated_at=START + 2 * DAY), at=START + 2 * DAY)
    assert await shop.balance() == 15 + 25
    await shop.refunds(refund("R1", 1_500), at=START + 3 * DAY)
    assert await shop.balance() == 25


async def test_an_order_that_came_refunded_leaves_it_waiting(shop: Shop) -> None:
    await give(shop.ines)
    await shop.gets(basket(shop, reported_refunded_minor=1_500))
    assert (await shop.balance(), await states(shop)) == (0, ["waiting"])


async def test_an_order_of_before_or_after_its_time_is_not_lifted(shop: Shop) -> None:
    await give(shop.ines, valid_until=START + DAY)
    await shop.gets(basket(shop, "1", START - DAY))
    await shop.gets(basket(shop, "2", START + DAY), at=START + DAY)
    assert (await shop.balance(), await states(shop)) == (30, ["waiting"])


async def test_the_better_one_is_used_and_the_other_kept(shop: Shop) -> None:
    await give(shop.ines, 200, key="a")
    await give(shop.ines, 300, key="b")
    await shop.gets(basket(shop))
    assert (await shop.balance(), await states(shop)) == (35, ["waiting", "used"])


async def test_two_orders_at_once_use_it_once(shop: Shop) -> None:
    await give(shop.ines)
    await asyncio.gather(*(shop.gets(basket(shop, str(number))) for number in range(4)))
    assert (await shop.balance(), await states(shop)) == (25 + 3 * 15, ["used"])


async def test_a_repeat_grants_once_and_another_body_is_refused(shop: Shop) -> None:
    first, again = await give(shop.ines), await give(shop.ines)
    assert (again.uid, again.action) == (first.uid, None)
    assert first.sentence == "Ines Okafor has Double points on Skincare now"
    with pytest.raises(KeyReused):
        await give(shop.ines, 300)


async def test_who_has_left_and_strangers_get_none(cast: Cast) -> None:
    with pytest.raises(NotAMember, match="has left"):
        await give(cast.pia)
    with pytest.raises(NotFound):
        await grant(
            cast.other_programme_id,
            cast.ines.id,
            percent=200,
            valid_until=START + DAY,
            source=MultiplierSource.STAFF,
            key="k",
        )
    with pytest.raises(Invalid, match="still to come"):
        await give(cast.ines, valid_until=START - DAY)
    with pytest.raises(Invalid, match="key"):
        await give(cast.ines, key="")


async def test_undo_takes_a_grant_back_until_an_order_uses_it(shop: Shop) -> None:
    await give(shop.ines)
    assert await undo_last(shop.cast, undoing.undo) == "Ines Okafor doesn’t have the multiplier any more"
    await shop.gets(basket(shop))
    assert (await shop.balance(), await states(shop)) == (15, ["withdrawn"])
    await give(shop.ines, key="b")
    await shop.gets(basket(shop, "2"))
    with pytest.raises(AlreadyDone, match="An order has used"):
        await undo_last(shop.cast, undoing.undo)


async def test_staff_withdraw_one_that_waits_and_put_it_back(shop: Shop) -> None:
    granted = await give(shop.ines)
    done = await withdraw(1, shop.ines.id, granted.uid, by=shop.cast.theo)
    assert done.sentence == "Double points on Skincare was taken back from Ines Okafor"
    with pytest.raises(AlreadyDone, match="withdrawn already"):
        await withdraw(1, shop.ines.id, granted.uid, by=shop.cast.theo)
    assert await undo_last(shop.cast, undoing.undo) == "Ines Okafor has the multiplier again"
    await shop.gets(basket(shop))
    with pytest.raises(AlreadyDone, match="An order has used"):
        await withdraw(1, shop.ines.id, granted.uid, by=shop.cast.theo)
    with pytest.raises(NotFound):
        await withdraw(1, shop.cast.rex.id, granted.uid, by=shop.cast.theo)


async def test_a_guest_who_earns_uses_one_too(shop: Shop) -> None:
    await shop.has(guest_earning=True)
    olu = shop.cast.olu
    await give(olu)
    guest = basket(shop, person=olu)
    await shop.gets(guest)
    found = await rows(
        "SELECT points FROM ledger_entries WHERE programme_id = 1 AND customer_id = {}", olu.id
    )
    assert [row["points"] for row in found] == [25]
    assert await factories.balance(olu) == 25


@pytest.mark.parametrize("first", [True, False], ids=["used before the merge", "used after it"])
async def test_it_follows_its_order_through_a_merge_and_its_undoing(shop: Shop, first: bool) -> None:
    twin = await factories.customer(1, "Ines Okafor", email="ines@work.example")
    await give(twin)
    if first:
        await shop.gets(basket(shop, "1", person=twin))
    with clock.at(START + DAY):
        merged = await merge(1, shop.ines.uid, twin.uid, by=shop.cast.mara, key="m")
    await assert_books_balance()
    await shop.gets(basket(shop, "2", at=START + 2 * DAY), at=START + 2 * DAY)
    assert await states(shop) == ["used"]
    with clock.at(START + 3 * DAY):
        await undo(1, merged.action.uid, by=shop.cast.mara)
    await assert_books_balance()
    owner = await rows("SELECT customer_id FROM multipliers WHERE programme_id = 1")
    assert owner[0]["customer_id"] == (twin.id if first else shop.ines.id)
