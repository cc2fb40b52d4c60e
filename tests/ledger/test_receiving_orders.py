"""Orders as they come in: what they earn, whose they are, and that nothing counts twice. PRODUCT A, B5, C5."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from db.engine import rows, value
from db.enums import CustomerType, EarningTrigger, EntryKind, LineKind, OrderStatus
from loyalty import clock
from loyalty.customers import moving
from loyalty.errors import Invalid
from loyalty.ledger.balances import balance
from loyalty.rules.orders import IncomingCustomer
from tests import factories
from tests.factories import START
from tests.ledger.shop import DAY, Shop, line, lots, refund


async def explained(of: str = "1001") -> list[tuple[int, str]]:
    """(points, reason for none) of each line of an order."""
    found = await rows(
        "SELECT l.points, l.zero_reason FROM line_earnings l JOIN orders o"
        " ON o.programme_id = l.programme_id AND o.id = l.order_id"
        " WHERE l.programme_id = {} AND o.external_id = {} ORDER BY l.position",
        1,
        of,
    )
    return [(row["points"], row["zero_reason"]) for row in found]


async def test_an_order_earns_once_however_it_comes(shop: Shop) -> None:
    export = shop.told(4_999, customer=None, lines=(line(4_999),))
    webhook = shop.told(4_999, updated_at=START)
    for told in (export, webhook, webhook, export):
        await shop.gets(told)
    assert await factories.entries(shop.ines) == [(EntryKind.EARN_ORDER, 49)]
    assert await value("SELECT count(*) FROM orders WHERE programme_id = {}", 1) == 1


async def test_the_same_order_at_the_same_time_by_two_ways_earns_once(shop: Shop) -> None:
    export, webhook = (
        shop.told(5_000, customer=None, lines=(line(5_000),)),
        shop.told(5_000, updated_at=START),
    )
    await asyncio.gather(*(shop.gets(told) for told in (export, webhook) * 4))
    assert await factories.entries(shop.ines) == [(EntryKind.EARN_ORDER, 50)]
    assert await shop.counted() == (5_000, 1)


async def test_new_customers_by_two_ways_at_once_are_one_person(shop: Shop) -> None:
    new = {
        "email": "New@Example.org ",
        "customer": IncomingCustomer(external_id="77", email="new@example.ORG"),
    }
    await asyncio.gather(*(shop.gets(shop.told(1_000, of=str(n), **new)) for n in range(6)))
    found = await rows(
        "SELECT id, order_count FROM customers WHERE programme_id = {} AND email_key = {}",
        1,
        "new@example.org",
    )
    assert [row["order_count"] for row in found] == [6]


async def test_the_lines_add_up_to_what_was_earned_and_say_why_not(shop: Shop) -> None:
    lines = (
        line(3_333, "A"),
        line(1_667, "B"),
        line(0, "C"),
        line(499, "S", LineKind.SHIPPING),
        line(-1_000, None, LineKind.DISCOUNT),
    )
    await shop.gets(shop.told(sum(part.total_minor for part in lines), lines=lines))
    found = await explained()
    assert sum(points for points, _ in found) == (await shop.order())["earned_points"] == 44
    assert all((points == 0) == bool(reason) for points, reason in found)


async def test_an_order_without_lines_earns_by_its_total(shop: Shop) -> None:
    await shop.gets(shop.told(5_099, lines=(), has_lines_detail=False))
    assert await explained() == [(50, "")]
    await shop.gets(shop.told(5_099, updated_at=START))
    assert [points for points, _ in await explained()] == [50]
    assert await shop.balance() == 50


async def test_a_free_order_earns_nothing_and_says_so(shop: Shop) -> None:
    await shop.gets(shop.told(0))
    assert await explained() == [(0, "free")]
    assert await factories.entries(shop.ines) == []


async def test_points_of_an_order_wait_for_the_end_of_its_hold(shop: Shop) -> None:
    await shop.has(hold_days=14)
    await shop.gets(shop.told(5_000), at=START + 3 * DAY)
    released = datetime(2026, 3, 15, 23, tzinfo=UTC)
    before, after = [await balance(1, shop.ines.id, released - part) for part in (DAY / 86_400, 0 * DAY)]
    assert (before.pending, before.available, after.pending, after.available) == (50, 0, 0, 50)


async def test_an_edit_up_earns_more_and_an_edit_down_takes_back(shop: Shop) -> None:
    await shop.gets(shop.told(5_000, updated_at=START))
    for day, total in enumerate((8_000, 3_000, 4_000, 8_000, 9_000), start=1):
        await shop.gets(shop.told(total, updated_at=START + day * DAY))
        assert await shop.balance() == total // 100
    assert [kind for kind, _ in await factories.entries(shop.ines)] == [
        EntryKind.EARN_ORDER,
        EntryKind.EARN_ORDER,
        EntryKind.REFUND_CLAWBACK,
        EntryKind.CLAWBACK_REVERSAL,
        EntryKind.CLAWBACK_REVERSAL,
        EntryKind.EARN_ORDER,
    ]


async def test_older_news_after_newer_changes_nothing(shop: Shop) -> None:
    await shop.gets(shop.told(8_000, updated_at=START + 2 * DAY))
    await shop.gets(shop.told(5_000, updated_at=START + DAY))
    await shop.gets(shop.told(5_000))
    assert (await shop.order())["total_minor"] == 8_000
    assert await factories.entries(shop.ines) == [(EntryKind.EARN_ORDER, 80)]


async def test_a_cancellation_takes_everything_back_once(shop: Shop) -> None:
    await shop.gets(shop.told(5_000))
    gone = shop.told(5_000, status=OrderStatus.CANCELLED, cancelled_at=START + DAY, updated_at=START + DAY)
    for _ in range(2):
        await shop.gets(gone)
    await shop.gets(shop.told(5_000, updated_at=START))
    assert await factories.entries(shop.ines) == [
        (EntryKind.EARN_ORDER, 50),
        (EntryKind.REFUND_CLAWBACK, -50),
    ]


async def test_a_cancelled_order_that_was_never_paid_earns_nothing(shop: Shop) -> None:
    await shop.gets(shop.told(5_000, status=OrderStatus.CANCELLED, cancelled_at=START, paid_at=None))
    assert await factories.entries(shop.ines) == []


async def test_a_test_order_never_earns(shop: Shop) -> None:
    await shop.gets(shop.told(5_000, test=True))
    await shop.gets(shop.told(9_000, updated_at=START + DAY))
    assert await factories.entries(shop.ines) == []
    assert await explained() == [(0, "not_earning")]


async def test_a_guests_order_earns_only_where_guests_earn_and_waits_for_the_address(shop: Shop) -> None:
    olu = shop.cast.olu
    person = IncomingCustomer(external_id=None, email=olu.email)
    await shop.gets(shop.told(5_000, of="1", customer=person, email=olu.email))
    assert await shop.balance(olu) == 0
    await shop.has(guest_earning=True)
    await shop.gets(shop.told(7_000, of="2", customer=person, email=olu.email))
    await shop.gets(shop.told(5_000, of="1", customer=person, email=olu.email, updated_at=START))
    found = await balance(1, olu.id, START + 900 * DAY)
    assert (found.pending, found.available) == (70, 0)


async def test_orders_while_left_never_earn_also_not_later(shop: Shop) -> None:
    rex, mara = shop.cast.rex, shop.cast.mara
    order = shop.told(5_000, person=rex, placed_at=START + 2 * DAY, paid_at=START + 2 * DAY)
    with clock.at(START + DAY):
        await moving.exclude(1, rex.id, by=mara, reason="Asked to")
    await shop.gets(order, at=START + 2 * DAY)
    with clock.at(START + 3 * DAY):
        await moving.join(1, rex.id, by=mara, reason="Back again")
    await shop.gets(replace(order, total_minor=9_000, updated_at=START + 4 * DAY), at=START + 4 * DAY)
    assert await shop.balance(rex) == 0
    assert await shop.counted(rex) == (9_000, 1)


async def test_an_order_while_left_doesnt_earn_because_it_comes_in_late(shop: Shop) -> None:
    rex, mara = shop.cast.rex, shop.cast.mara
    with clock.at(START + DAY):
        await moving.exclude(1, rex.id, by=mara, reason="Asked to")
    with clock.at(START + 3 * DAY):
        await moving.join(1, rex.id, by=mara, reason="Back again")
    for of, day in (("before", 0), ("while", 2), ("after", 4)):
        at = START + day * DAY
        await shop.gets(shop.told(1_000, of=of, person=rex, placed_at=at, paid_at=at), at=START + 5 * DAY)
    assert [(await shop.order(of))["earned_points"] for of in ("before", "while", "after")] == [10, 0, 10]


async def test_a_pending_order_of_somebody_who_left_earns_nothing_when_paid_while_left(shop: Shop) -> None:
    pia = shop.cast.pia
    await shop.gets(shop.told(5_000, person=pia, status=OrderStatus.PENDING, paid_at=None))
    await shop.gets(shop.told(5_000, person=pia, updated_at=START + DAY))
    assert await shop.balance(pia) == 0


async def test_registering_by_an_order_earns_with_it(shop: Shop) -> None:
    olu = shop.cast.olu
    await shop.gets(shop.told(5_000, person=olu))
    assert (await shop.customer(olu))["type"] == CustomerType.MEMBER
    assert await shop.balance(olu) == 50


async def test_another_currency_is_refused_and_changes_nothing(shop: Shop) -> None:
    with pytest.raises(Invalid, match="is in GBP; this programme counts in EUR") as refused:
        await shop.gets(shop.told(5_000, currency="GBP", email="new@example.org", customer=None))
    assert refused.value.field == "currency"
    assert await value("SELECT count(*) FROM customers WHERE programme_id = {}", 1) == 4


LONG_AGO, FAR_OFF = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("total", "wrong"),
    [
        (-1, {}),
        (10**12 + 1, {}),
        (100, {"of": ""}),
        (100, {"of": "9" * 121}),
        (100, {"placed_at": LONG_AGO}),
        (100, {"paid_at": FAR_OFF}),
        (100, {"reported_refunded_minor": -5}),
        (100, {"refunds": (refund("R1", -5),)}),
        (100, {"refunds": (refund("R1", 5, at=LONG_AGO),)}),
        (100, {"refunds": (refund("", 5),)}),
    ],
)
async def test_what_cant_be_an_order_is_refused_in_a_sentence(
    shop: Shop, total: int, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        await shop.gets(shop.told(total, **wrong))
    assert await value("SELECT count(*) FROM orders WHERE programme_id = {}", 1) == 0


async def test_the_largest_order_is_counted_exactly(shop: Shop) -> None:
    await shop.gets(shop.told(10**12))
    await shop.refunds(refund("R1", 1))
    assert await shop.balance() == 10**10 - 1
    assert await shop.counted() == (10**12 - 1, 1)


async def test_moments_of_any_offset_are_the_same_moment(shop: Shop) -> None:
    at = datetime.fromisoformat("2026-03-02T23:30:00-05:00")
    await shop.gets(shop.told(1_000, of="1", placed_at=at, paid_at=at), at=at)
    row = (
        await rows(
            "SELECT effective_at FROM ledger_entries WHERE programme_id = {} AND kind = 'earn_order'", 1
        )
    )[0]
    assert row["effective_at"] == at.astimezone(UTC)
    assert (await balance(1, shop.ines.id, at)).available == 10
    assert (await balance(1, shop.ines.id, at - DAY / 24)).available == 0


async def test_words_of_any_script_in_an_order_are_kept(shop: Shop) -> None:
    words = "Kůň 🐎 שלום"
    order = replace(shop.told(1_000, of=words, lines=(line(1_000, words),)), name=words * 40)
    await shop.gets(order)
    await shop.gets(order)
    assert (await shop.order(words))["name"] == (words * 40)[:120]
    assert await shop.balance() == 10


async def test_a_cap_counts_every_point_once(shop: Shop) -> None:
    olu = await factories.programme(3, handle="capped", hold_days=0)
    web, person = await factories.store(olu), await factories.customer(olu, "Cap Itan")
    capped = Shop(replace(shop.cast, programme_id=olu, web=web), person)
    await factories.earning_rule(
        olu, EarningTrigger.ORDER, 1, per_minor=100, base="total", max_points_per_period=100, period="month"
    )
    for of, points in (("1", 60), ("2", 40), ("3", 0)):
        await capped.gets(capped.told(6_000, of=of))
        found = await rows(
            "SELECT earned_points FROM orders WHERE programme_id = {} AND external_id = {}", olu, of
        )
        assert found[0]["earned_points"] == points
    assert await lots(person) == [(60, 60), (40, 40)]


async def test_an_edited_total_without_lines_is_explained_anew(shop: Shop) -> None:
    bare = shop.told(5_000, lines=(), has_lines_detail=False, updated_at=START)
    await shop.gets(bare)
    await shop.gets(replace(bare, total_minor=8_000, updated_at=START + DAY))
    assert await explained() == [(80, "")]
    assert await shop.balance() == 80
