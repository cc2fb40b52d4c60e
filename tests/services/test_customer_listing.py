"""The customers list as Mara reads it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from db.engine import run, watched
from db.enums import CustomerType
from loyalty import clock
from loyalty.customers.filters import CustomerFilter
from loyalty.customers.listing import listing
from loyalty.customers.views import CustomerList, Tally, TierMark
from loyalty.errors import Invalid
from tests import factories
from tests.cast import Cast
from tests.factories import START
from tests.services import many

DAY = timedelta(days=1)
EVERYBODY = CustomerFilter()


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with clock.at(START + 10 * DAY):
        yield


def names(found: CustomerList) -> list[str]:
    return [row.name for row in found.rows]


async def test_the_latest_activity_comes_first_then_the_newest_customer(cast: Cast) -> None:
    await seen(cast, cast.rex.id, 2)
    assert names(await listing(cast.programme_id, EVERYBODY)) == [
        "Rex Moreau",
        "Pia Lind",
        "Olu Bakare",
        "Ines Okafor",
    ]


async def test_the_other_merchant_sees_only_their_own(cast: Cast) -> None:
    found = await listing(cast.other_programme_id, EVERYBODY)
    assert names(found) == ["Ada Brandt"]
    assert (await listing(cast.other_programme_id, CustomerFilter(q="ines"))).rows == ()


async def test_pages_turn_forwards_and_back_without_losing_or_repeating_anybody(cast: Cast) -> None:
    await many.customers(cast.programme_id, 120)
    first = await listing(cast.programme_id, EVERYBODY)
    second = await listing(cast.programme_id, EVERYBODY, first.next)
    third = await listing(cast.programme_id, EVERYBODY, second.next)
    read = [row.uid for page in (first, second, third) for row in page.rows]
    assert (len(read), len(set(read))) == (124, 124)
    assert (first.previous, third.next) == (None, None)
    back = await listing(cast.programme_id, EVERYBODY, third.previous)
    assert (back.rows, back.next is not None) == (second.rows, True)
    start = await listing(cast.programme_id, EVERYBODY, back.previous)
    assert (start.rows, start.previous) == (first.rows, None)


async def test_a_damaged_link_to_a_page_is_refused_in_words(cast: Cast) -> None:
    for cursor in (
        "nonsense",
        "WzEsMl0",
        "WyJhZnRlciIsIm5vdCBhIGRheSIsMV0",
        "WyJzaWRld2F5cyIsIjIwMjYtMDEtMDEiLDFd",
    ):
        with pytest.raises(Invalid, match="damaged"):
            await listing(cast.programme_id, EVERYBODY, cursor)


async def test_a_type_filters_and_every_type_is_counted_whatever_is_shown(cast: Cast) -> None:
    found = await listing(cast.programme_id, CustomerFilter(type=CustomerType.MEMBER))
    assert names(found) == ["Rex Moreau", "Ines Okafor"]
    assert found.by_type == {
        CustomerType.MEMBER: Tally(2),
        CustomerType.GUEST: Tally(1),
        CustomerType.LEFT: Tally(1),
    }
    assert (found.everyone, found.found) == (Tally(4), Tally(2))


async def test_tallies_keep_the_search(cast: Cast) -> None:
    found = await listing(cast.programme_id, CustomerFilter(q="ines", type=CustomerType.GUEST))
    assert (found.everyone, found.found, found.rows) == (Tally(1), Tally(0), ())


async def test_counting_stops_at_a_thousand(cast: Cast) -> None:
    await many.customers(cast.programme_id, 1_001)
    found = await listing(cast.programme_id, EVERYBODY)
    assert found.by_type[CustomerType.MEMBER] == Tally(1_000, at_least=True)
    assert found.everyone == Tally(1_000, at_least=True)


async def test_a_guest_shows_no_balance_even_with_points_waiting(cast: Cast) -> None:
    await factories.give(cast.olu, 40)
    row = (await listing(cast.programme_id, CustomerFilter(q="olu"))).rows[0]
    assert (row.type, row.available) == (CustomerType.GUEST, None)


async def test_pending_points_are_not_available(cast: Cast) -> None:
    await factories.give(cast.ines, 100)
    await factories.give(cast.ines, 30, at=START + DAY)
    await run(
        "UPDATE lots SET available_at = {} WHERE programme_id = {} AND points = 30",
        START + 20 * DAY,
        cast.programme_id,
    )
    assert await available(cast, "ines") == 100


async def test_a_due_expiry_is_deducted_before_anybody_posts_it(cast: Cast) -> None:
    await factories.give(cast.ines, 100)
    await lapse(cast, START + 10 * DAY)
    assert await available(cast, "ines") == 0


async def test_a_left_customers_points_stand_still_where_expiry_is_paused(cast: Cast) -> None:
    await factories.give(cast.pia, 100)
    await lapse(cast, START + 10 * DAY)
    assert await available(cast, "pia") == 0
    await run(
        "UPDATE programmes SET pause_expiry_while_left = {} WHERE programme_id = {}", True, cast.programme_id
    )
    assert await available(cast, "pia") == 100


async def test_a_debt_is_shown_as_a_negative_balance(cast: Cast) -> None:
    await factories.give(cast.ines, 50)
    await many.owe(cast.ines, 80)
    assert await available(cast, "ines") == -30


async def test_a_tier_is_shown_by_its_place_from_below(cast: Cast) -> None:
    await factories.tier(cast.programme_id, "Silver", rank=10, threshold=100)
    gold = await factories.tier(cast.programme_id, "Gold", rank=20, threshold=200)
    await many.stands_in(cast.ines, gold.id)
    row = (await listing(cast.programme_id, CustomerFilter(q="ines"))).rows[0]
    assert row.tier == TierMark("Gold", 2)


@pytest.mark.parametrize(("q", "statements"), [("", 4), ("okafor", 7)])
async def test_a_page_costs_the_same_statements_for_50_customers_and_for_5000(
    cast: Cast, q: str, statements: int
) -> None:
    wanted = CustomerFilter(q=q)
    counts = []
    for more in (50, 4_950):
        await many.customers(cast.programme_id, more, last_name="Okafor")
        with watched() as seen:
            found = await listing(cast.programme_id, wanted)
        assert len(found.rows) == 50
        counts.append(len(seen))
    assert counts == [statements, statements]


async def available(cast: Cast, q: str) -> int | None:
    return (await listing(cast.programme_id, CustomerFilter(q=q))).rows[0].available


async def seen(cast: Cast, customer_id: int, days: int) -> None:
    await run(
        "UPDATE customers SET last_activity_at = {} WHERE programme_id = {} AND id = {}",
        START + days * DAY,
        cast.programme_id,
        customer_id,
    )


async def lapse(cast: Cast, at: object) -> None:
    await run(
        "UPDATE lots SET expires_at = {}, lapses_at = {}, notified_at = {} WHERE programme_id = {}",
        at,
        at,
        START,
        cast.programme_id,
    )
