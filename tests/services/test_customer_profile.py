"""One customer's page: balance, history, tier, lots, and orders line by line."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from db.engine import atomic, run, watched
from db.enums import CustomerType, EntryKind, LineKind, OrderStatus, TierMetric, ZeroReason
from loyalty import clock
from loyalty.customers.profile import lots, profile
from loyalty.customers.views import Birthday, Due, Tally, TierMark
from loyalty.errors import NotFound
from loyalty.ledger.entries import Posting
from loyalty.ledger.locking import locked
from loyalty.ledger.posting import credit
from loyalty.orders.history import orders
from loyalty.orders.receiving import receive
from loyalty.rules.orders import IncomingCustomer, IncomingLine, IncomingOrder
from tests import factories
from tests.cast import Cast
from tests.factories import START, Person
from tests.services import many

DAY = timedelta(days=1)
NOW = START + 10 * DAY


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with clock.at(NOW):
        yield


async def earn(person: Person, points: int, *, at: datetime = START, **more: object) -> None:
    async with atomic():
        account = await locked(person.programme_id, person.id)
        key = f"{person.uid}-{points}-{at.isoformat()}"
        await credit(account, Posting(kind=EntryKind.BONUS, points=points, key=key, effective_at=at, **more))


async def test_a_balance_says_what_is_there_what_comes_and_what_goes(cast: Cast) -> None:
    berlin_new_year = datetime(2026, 12, 31, 23, tzinfo=UTC)
    await earn(cast.ines, 100, expires_at=berlin_new_year)
    await earn(cast.ines, 20, available_at=NOW + 2 * DAY)
    await earn(cast.ines, 30, available_at=NOW + 4 * DAY)
    await factories.give(cast.ines, -40, at=START + DAY)
    has = (await profile(cast.programme_id, cast.ines.uid)).balance
    assert has is not None
    assert (has.available, has.pending, has.debt, has.lifetime_earned) == (60, 50, 0, 150)
    assert has.next_release == Due(20, date(2026, 3, 14))
    assert has.next_expiry == Due(60, date(2026, 12, 31))
    assert has.worth is None


async def test_points_have_a_worth_where_the_programme_gives_them_one(cast: Cast) -> None:
    await run(
        "UPDATE programmes SET point_value_micros = {} WHERE programme_id = {}", 12_500, cast.programme_id
    )
    await earn(cast.ines, 101)
    has = (await profile(cast.programme_id, cast.ines.uid)).balance
    assert has is not None
    assert has.worth == 126


async def test_a_debt_is_owed_and_lowers_what_is_available(cast: Cast) -> None:
    await earn(cast.ines, 50)
    await many.owe(cast.ines, 80)
    has = (await profile(cast.programme_id, cast.ines.uid)).balance
    assert has is not None
    assert (has.available, has.debt, has.worth) == (-30, 30, None)


async def test_a_due_expiry_counts_before_anybody_posts_it(cast: Cast) -> None:
    await earn(cast.ines, 100, expires_at=NOW)
    await run(
        "UPDATE lots SET lapses_at = {}, notified_at = {} WHERE programme_id = {}",
        NOW,
        START - 30 * DAY,
        cast.programme_id,
    )
    has = (await profile(cast.programme_id, cast.ines.uid)).balance
    assert has is not None
    assert (has.available, has.next_expiry) == (0, None)
    assert [lot.expired for lot in await lots(cast.programme_id, cast.ines.uid)] == [True]


async def test_the_history_is_what_was_available_at_the_end_of_each_month(cast: Cast) -> None:
    january, february = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 2, 10, tzinfo=UTC)
    await earn(cast.ines, 100, at=january, available_at=january)
    await earn(cast.ines, 50, at=february, available_at=START)
    await factories.give(cast.ines, -30, at=START + DAY)
    has = (await profile(cast.programme_id, cast.ines.uid)).balance
    assert has is not None
    assert has.history == (0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 100, 120)
    assert has.history[-1] == has.available


async def test_a_guest_has_no_balance_no_tier_and_points_that_wait_for_an_address(cast: Cast) -> None:
    await earn(cast.olu, 5, available_at=datetime(9999, 1, 1, tzinfo=UTC))
    who = await profile(cast.programme_id, cast.olu.uid)
    assert (who.type, who.balance, who.progress, who.entries) == (CustomerType.GUEST, None, None, Tally(1))
    (lot,) = await lots(cast.programme_id, cast.olu.uid)
    assert (lot.available, lot.pending) == (None, True)


async def test_a_profile_tells_who_it_is(cast: Cast) -> None:
    for tag in ("vip", "berlin"):
        await factories.insert(
            "customer_tags", programme_id=cast.programme_id, customer_id=cast.ines.id, tag=tag
        )
    await run(
        "UPDATE customers SET birth_month = 2, birth_day = 29 WHERE programme_id = {} AND id = {}",
        cast.programme_id,
        cast.ines.id,
    )
    who = await profile(cast.programme_id, cast.ines.uid)
    assert (who.name, who.email, who.tags) == ("Ines Okafor", "ines@example.org", ("berlin", "vip"))
    assert (who.birthday, who.orders, who.lots) == (Birthday(2, 29, None), Tally(0), Tally(0))


async def test_the_next_tier_is_measured_now(cast: Cast) -> None:
    silver = await factories.tier(cast.programme_id, "Silver", rank=1, threshold=10_000)
    await factories.tier(cast.programme_id, "Gold", rank=2, threshold=50_000)
    await factories.tier_policy(cast.programme_id, period="calendar_year")
    await many.stands_in(cast.ines, silver.id, qualified_until=datetime(2027, 12, 31, 23, tzinfo=UTC))
    await factories.order(cast.ines, cast.web.id, 20_000, refunded_minor=5_000)
    await factories.order(cast.ines, cast.web.id, 90_000, at=START - 200 * DAY)
    way = (await profile(cast.programme_id, cast.ines.uid)).progress
    assert way is not None
    assert (way.tier, way.next, way.metric) == (
        TierMark("Silver", 1),
        TierMark("Gold", 2),
        TierMetric.SPEND,
    )
    assert (way.have, way.need, way.left, way.kept_until) == (15_000, 50_000, 35_000, date(2027, 12, 31))


async def test_somebody_elses_customer_is_not_found(cast: Cast) -> None:
    for question in (profile, lots, orders):
        with pytest.raises(NotFound):
            await question(cast.other_programme_id, cast.ines.uid)


async def test_a_profile_costs_the_same_statements_however_much_happened(cast: Cast) -> None:
    counts = []
    for more in (1, 100):
        for number in range(more):
            await earn(cast.ines, more, at=START + timedelta(minutes=number))
        with watched() as seen:
            await profile(cast.programme_id, cast.ines.uid)
        counts.append(len(seen))
    assert counts == [6, 6]


async def test_lots_come_in_the_order_in_which_spending_takes_them(cast: Cast) -> None:
    await earn(cast.ines, 1)
    await earn(cast.ines, 2, expires_at=NOW + 90 * DAY)
    await earn(cast.ines, 3, expires_at=NOW + 30 * DAY)
    await factories.give(cast.ines, -1, at=START + DAY)
    found = await lots(cast.programme_id, cast.ines.uid)
    assert [(lot.points, lot.remaining) for lot in found] == [(3, 2), (2, 2), (1, 1)]


def line(number: int, total: int, kind: LineKind = LineKind.PRODUCT, title: str = "Serum") -> IncomingLine:
    return IncomingLine(
        external_id=str(number),
        kind=kind,
        sku=None,
        product_id=None,
        title=title,
        quantity=1,
        unit_minor=total,
        total_minor=total,
    )


async def buy(cast: Cast, *lines: IncomingLine, total: int, number: int = 1) -> None:
    await receive(
        cast.programme_id,
        cast.web.id,
        IncomingOrder(
            external_id=str(number),
            name=f"#{number}",
            customer=IncomingCustomer(external_id=None, email=cast.ines.email),
            email=cast.ines.email,
            status=OrderStatus.PAID,
            currency="EUR",
            total_minor=total,
            placed_at=START + timedelta(minutes=number),
            paid_at=START + timedelta(minutes=number),
            lines=lines,
        ),
    )


async def test_each_line_says_what_it_earned_and_why_not(cast: Cast) -> None:
    await factories.earning_rule(cast.programme_id, "order", 1, per_minor=100, base="items")
    await buy(
        cast,
        line(1, 1850),
        line(2, 40, title="Sample"),
        line(3, 390, LineKind.SHIPPING, "Delivery"),
        total=2480,
    )
    (order,) = (await orders(cast.programme_id, cast.ines.uid)).rows
    assert (order.number, order.store, order.total, order.points) == ("#1", "Web", 2480, 18)
    serum, sample, delivery, rest = order.lines
    (why,) = serum.earnings
    assert (why.rule, why.version, why.base, why.points) == ("order points", 1, 1850, 18)
    assert (why.multipliers, why.rounding, serum.zero) == ((), "rounded down", None)
    assert (sample.points, sample.zero, sample.earnings[0].version) == (0, ZeroReason.ROUNDED_AWAY, 1)
    assert (delivery.points, delivery.zero, delivery.earnings) == (0, ZeroReason.SHIPPING, ())
    assert (rest.title, rest.amount) == ("Rest of the order", 200)


async def test_a_multiplier_is_named_after_the_tier_it_came_from(cast: Cast) -> None:
    gold = await factories.tier(cast.programme_id, "Gold", rank=1, threshold=10**9, multiplier_percent=150)
    await many.stands_in(cast.ines, gold.id, floor_tier_id=gold.id, floor_until=NOW + 900 * DAY)
    await factories.earning_rule(cast.programme_id, "order", 1, per_minor=100)
    await buy(cast, line(1, 1000), total=1000)
    (order,) = (await orders(cast.programme_id, cast.ines.uid)).rows
    assert (order.points, order.lines[0].earnings[0].multipliers) == (15, (("Gold", 150),))


async def test_orders_turn_page_by_page_at_the_same_cost(cast: Cast) -> None:
    for number in range(45):
        await factories.order(cast.ines, cast.web.id, 100 + number, at=START + timedelta(minutes=number))
    pages, cursor, counts = [], None, []
    for _ in range(3):
        with watched() as seen:
            pages.append(await orders(cast.programme_id, cast.ines.uid, cursor))
        counts.append(len(seen))
        cursor = pages[-1].next
    assert [order.total for page in pages for order in page.rows] == list(range(144, 99, -1))
    assert (cursor, counts) == (None, [5, 5, 5])
    assert (await orders(cast.programme_id, cast.ines.uid, pages[2].previous)).rows == pages[1].rows
