"""Points promised for the nth order: paid once with it, and taken back with what counted. PRODUCT M1, C5."""

import asyncio
from datetime import timedelta

import pytest

from db.engine import atomic, loads, rows
from db.enums import EntryKind, NegativePolicy, OfferKind, OrderStatus
from loyalty import clock
from loyalty.activities.history import activity
from loyalty.activities.reasons import why
from loyalty.bonuses import undoing
from loyalty.campaigns import giving
from loyalty.campaigns.stored import Campaign
from loyalty.customers.moving import exclude
from loyalty.errors import AlreadyDone, NotAMember
from loyalty.merging.merging import merge
from loyalty.rules.campaigns.offers import Offer
from loyalty.undo import undo
from tests import factories
from tests.campaigning import Plan, drafted
from tests.cast import assert_books_balance, undo_last
from tests.factories import START, Person
from tests.ledger.shop import DAY, Shop, refund, spent

HOUR = timedelta(hours=1)


async def promised(shop: Shop, nth: int = 2, points: int = 50, *, to: Person | None = None) -> Campaign:
    """Mara's campaign, given to one person an hour before `START`, for thirty days."""
    offer = Offer(kind=OfferKind.NTH_ORDER, nth=nth, points=points, days=30)
    with clock.at(START - HOUR):
        made = await drafted(Plan(everybody=True, offer=offer), shop.cast.mara)
        async with atomic():
            await giving.give(1, made, (to or shop.ines).id)
    return made


async def buys(shop: Shop, of: str, days: int = 0, **more: object) -> None:
    at = START + days * DAY
    await shop.gets(shop.told(1_000, of=of, placed_at=at, paid_at=at, **more), at=at)


async def stands(shop: Shop) -> list[tuple[str, int]]:
    """Each bonus: its status, and the points of it that stand."""
    found = await rows(
        "SELECT status, earned_points - clawed_points - covered_points - forgiven_points AS standing"
        " FROM order_bonuses WHERE programme_id = 1 ORDER BY id"
    )
    return [(row["status"], row["standing"]) for row in found]


async def test_the_nth_order_pays_it_once_and_says_why(shop: Shop) -> None:
    await buys(shop, "0", -2)
    await promised(shop)
    await buys(shop, "1")
    assert (await shop.balance(), await stands(shop)) == (20, [("waiting", 0)])
    await buys(shop, "2", 1)
    await buys(shop, "2", 1)
    await buys(shop, "3", 2)
    assert (await shop.balance(), await stands(shop)) == (40 + 50, [("earned", 50)])
    (entry,) = await rows(
        "SELECT points, qualifying, breakdown, comment FROM ledger_entries WHERE programme_id = 1 AND kind = 'campaign'"
    )
    assert (entry["points"], entry["qualifying"], entry["comment"]) == (50, 0, "A bonus for your orders")
    told = why(EntryKind.CAMPAIGN, loads(entry["breakdown"]), currency="EUR")
    assert told == "“Win-back k”, with order #2"
    await assert_books_balance()


async def test_a_refund_of_any_order_that_counted_takes_it_back_and_the_next_one_earns_it_again(
    shop: Shop,
) -> None:
    await promised(shop)
    await buys(shop, "1")
    await buys(shop, "2", 1)
    await shop.refunds(refund("R1", 400, of="1"), at=START + 2 * DAY)
    assert await stands(shop) == [("earned", 50)]
    await shop.refunds(refund("R2", 600, of="1"), at=START + 2 * DAY)
    assert (await shop.balance(), await stands(shop)) == (10, [("waiting", 0)])
    latest = (await activity(1, shop.ines.uid)).rows[0]
    assert (latest.points, latest.subject, latest.why) == (-50, "#1", "the bonus of “Win-back k”")
    await buys(shop, "3", 3)
    assert (await shop.balance(), await stands(shop)) == (20 + 50, [("earned", 50)])
    await buys(shop, "4", 4)
    await shop.refunds(refund("R3", 1_000, of="3"), at=START + 5 * DAY)
    assert (await shop.balance(), await stands(shop)) == (20 + 50, [("earned", 50)])
    await assert_books_balance()


async def test_a_cancelled_order_takes_it_back_and_paid_after_all_brings_it_again(shop: Shop) -> None:
    await promised(shop, nth=1)
    await buys(shop, "1", updated_at=START)
    for days, status, has in ((1, OrderStatus.CANCELLED, 0), (2, OrderStatus.PAID, 60)):
        told = shop.told(1_000, of="1", status=status, updated_at=START + days * DAY)
        await shop.gets(told, at=START + days * DAY)
        assert await shop.balance() == has
    await assert_books_balance()


@pytest.mark.parametrize(
    ("policy", "left", "again"),
    [(NegativePolicy.ALLOW, -50, 10), (NegativePolicy.CLAMP, 0, 10), (NegativePolicy.BLOCK, 0, 10)],
)
async def test_what_was_spent_of_it_follows_the_policy_and_is_never_given_twice(
    shop: Shop, policy: NegativePolicy, left: int, again: int
) -> None:
    await shop.has(negative_policy=policy)
    await promised(shop, nth=1)
    await buys(shop, "1")
    await spent(shop.ines, 60, at=START + HOUR)
    await shop.refunds(refund("R1", 1_000, of="1"))
    assert (await stands(shop))[0][0] == "waiting"
    owed = -10 if policy is NegativePolicy.ALLOW else 0
    assert await shop.balance() == left + owed
    await buys(shop, "2", 2)
    # The bonus pays what is owed; under clamp and block the member kept what was spent of it.
    assert (await shop.balance(), await stands(shop)) == (again + owed, [("earned", 50)])
    await assert_books_balance()


async def test_only_orders_from_the_promise_to_its_end_count_whenever_they_come_in(shop: Shop) -> None:
    await promised(shop, nth=2)
    at = START + 29 * DAY
    await buys(shop, "late", 30)
    await buys(shop, "1")
    assert await stands(shop) == [("waiting", 0)]
    await shop.gets(shop.told(0, of="free"), at=START)
    told = shop.told(500, of="2", placed_at=at - 2 * HOUR, paid_at=at - 2 * HOUR)
    await shop.gets(told, at=START + 40 * DAY)
    assert await stands(shop) == [("earned", 50)]


async def test_four_orders_at_once_pay_it_once(shop: Shop) -> None:
    await promised(shop)
    await asyncio.gather(*(buys(shop, str(number)) for number in range(4)))
    assert (await shop.balance(), await stands(shop)) == (40 + 50, [("earned", 50)])


async def test_the_bonus_is_held_as_the_orders_points_are(shop: Shop) -> None:
    await shop.has(hold_days=14)
    await promised(shop, nth=1)
    await buys(shop, "1")
    found = await rows("SELECT DISTINCT available_at FROM lots WHERE programme_id = 1")
    assert len(found) == 1
    assert found[0]["available_at"] > START + 13 * DAY


async def test_who_leaves_earns_none_and_nobody_who_left_is_promised_any(shop: Shop) -> None:
    await promised(shop, nth=1)
    with clock.at(START + HOUR):
        await exclude(1, shop.ines.id, by=shop.cast.mara, reason="Asked to")
    await buys(shop, "1", 1)
    assert await stands(shop) == [("waiting", 0)]
    with pytest.raises(NotAMember):
        await promised(shop, to=shop.cast.pia)


async def test_undo_takes_the_promise_back_until_orders_earn_it(shop: Shop) -> None:
    await promised(shop, nth=1)
    assert await undo_last(shop.cast, undoing.undo) == "Ines Okafor isn’t promised the bonus any more"
    await buys(shop, "1")
    assert (await shop.balance(), await stands(shop)) == (10, [("withdrawn", 0)])
    with pytest.raises(AlreadyDone):
        await undo_last(shop.cast, undoing.undo)


async def test_it_follows_its_orders_through_a_merge_and_its_undoing(shop: Shop) -> None:
    twin = await factories.customer(1, "Ines Okafor", email="ines@work.example")
    await promised(shop, nth=2, to=twin)
    await buys(shop, "1", person=twin)
    with clock.at(START + DAY):
        merged = await merge(1, shop.ines.uid, twin.uid, by=shop.cast.mara, key="m")
    await buys(shop, "2", 2)
    assert (await shop.balance(), await stands(shop)) == (20 + 50, [("earned", 50)])
    await assert_books_balance()
    with clock.at(START + 3 * DAY):
        await undo(1, merged.action.uid, by=shop.cast.mara)
    await assert_books_balance()
    await shop.refunds(refund("R1", 1_000, of="2"), at=START + 4 * DAY)
    assert await stands(shop) == [("waiting", 0)]
    await assert_books_balance()
