"""Every filter and order of the customers list, as Mara uses it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from db.engine import insert_many, run, watched
from db.enums import CustomerType
from loyalty import clock
from loyalty.customers.filters import NO_TIER, CustomerFilter, Sort
from loyalty.customers.listing import listing
from loyalty.customers.search import FEW
from loyalty.customers.views import CustomerList, Tally
from loyalty.errors import Invalid
from tests import factories
from tests.cast import Cast
from tests.factories import START
from tests.rows import insert
from tests.services import many

DAY = timedelta(days=1)
EVERYBODY = CustomerFilter()


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with clock.at(START + 10 * DAY):
        yield


def names(found: CustomerList) -> list[str]:
    return [row.name for row in found.rows]


async def shown(cast: Cast, wanted: CustomerFilter) -> list[str]:
    return sorted(names(await listing(cast.programme_id, wanted)))


async def put(cast: Cast, customer_id: int, column: str, value: object) -> None:
    await run(
        f"UPDATE customers SET {column} = {{}} WHERE programme_id = {{}} AND id = {{}}",
        value,
        cast.programme_id,
        customer_id,
    )


async def tagged(cast: Cast, tag: str, *ids: int) -> None:
    rows = [(cast.programme_id, id_, tag) for id_ in ids]
    await insert_many("customer_tags", ("programme_id", "customer_id", "tag"), rows)


async def test_a_tier_lets_through_who_stands_in_it_and_none_the_members_without(cast: Cast) -> None:
    gold = await factories.tier(cast.programme_id, "Gold", rank=20, threshold=200)
    await many.stands_in(cast.ines, gold.id)
    assert await shown(cast, CustomerFilter(tier=gold.uid)) == ["Ines Okafor"]
    assert await shown(cast, CustomerFilter(tier=NO_TIER)) == ["Rex Moreau"]


async def test_another_merchants_tier_and_store_let_nobody_through(cast: Cast) -> None:
    theirs = await factories.tier(cast.other_programme_id, "Gold", rank=20, threshold=200)
    nook = await factories.store(cast.other_programme_id, "nook")
    await factories.order(cast.ada, nook.id, 1_000)
    assert await shown(cast, CustomerFilter(tier=theirs.uid)) == []
    assert await shown(cast, CustomerFilter(store=nook.uid)) == []


async def test_a_tag_lets_through_who_carries_it(cast: Cast) -> None:
    await tagged(cast, "wholesale", cast.ines.id, cast.olu.id)
    assert await shown(cast, CustomerFilter(tag="wholesale")) == ["Ines Okafor", "Olu Bakare"]
    assert await shown(cast, CustomerFilter(tag="whole")) == []


async def test_a_store_lets_through_who_bought_there_or_is_known_there(cast: Cast) -> None:
    till = await factories.store(cast.programme_id, "till")
    await factories.order(cast.olu, till.id, 1_000)
    await insert(
        "customer_identities",
        programme_id=cast.programme_id,
        store_id=till.id,
        external_id="77",
        customer_id=cast.rex.id,
    )
    assert await shown(cast, CustomerFilter(store=till.uid)) == ["Olu Bakare", "Rex Moreau"]
    assert await shown(cast, CustomerFilter(store=cast.web.uid)) == []


async def test_a_balance_range_counts_what_is_available_and_leaves_guests_out(cast: Cast) -> None:
    await factories.give(cast.ines, 100)
    await factories.give(cast.rex, 300)
    await factories.give(cast.olu, 100)
    await many.owe(cast.rex, 340)
    assert await shown(cast, CustomerFilter(least=100, most=100)) == ["Ines Okafor"]
    assert await shown(cast, CustomerFilter(least=-40, most=0)) == ["Pia Lind", "Rex Moreau"]
    assert await shown(cast, CustomerFilter(most=-1)) == ["Rex Moreau"]
    assert await shown(cast, CustomerFilter(least=101)) == []


async def test_days_are_those_of_the_programmes_zone_with_both_ends_included(cast: Cast) -> None:
    # Berlin is two hours ahead in summer: 22:30 in UTC is the next day there.
    await put(cast, cast.ines.id, "last_activity_at", datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    await put(cast, cast.rex.id, "last_activity_at", datetime(2026, 7, 2, 21, 59, tzinfo=UTC))
    await put(cast, cast.pia.id, "last_activity_at", datetime(2026, 7, 2, 22, 0, tzinfo=UTC))
    second = CustomerFilter(active_since=date(2026, 7, 2), active_until=date(2026, 7, 2))
    assert await shown(cast, second) == ["Ines Okafor", "Rex Moreau"]


async def test_whoever_never_joined_is_in_no_range_of_days_joined(cast: Cast) -> None:
    await put(cast, cast.rex.id, "joined_at", START - 40 * DAY)
    since = CustomerFilter(joined_since=(START - 2 * DAY).date())
    assert await shown(cast, since) == ["Ines Okafor", "Pia Lind"]
    assert await shown(cast, CustomerFilter(joined_until=(START - 2 * DAY).date())) == ["Rex Moreau"]


async def test_filters_add_up_with_search_and_type_and_the_tallies_keep_them(cast: Cast) -> None:
    await tagged(cast, "berlin", cast.ines.id, cast.olu.id, cast.pia.id)
    found = await listing(cast.programme_id, CustomerFilter(tag="berlin", type=CustomerType.GUEST))
    assert (names(found), found.everyone, found.found) == (["Olu Bakare"], Tally(3), Tally(1))
    assert await shown(cast, CustomerFilter(q="ines", tag="berlin")) == ["Ines Okafor"]
    assert await shown(cast, CustomerFilter(q="rex", tag="berlin")) == []


async def test_what_can_be_chosen_is_the_programmes_own(cast: Cast) -> None:
    gold = await factories.tier(cast.programme_id, "Gold", rank=20, threshold=200)
    silver = await factories.tier(cast.programme_id, "Silver", rank=10, threshold=100)
    await factories.tier(cast.programme_id, "Old", rank=5, threshold=50, archived_at=START)
    await tagged(cast, "berlin", cast.ines.id, cast.rex.id)
    await tagged(cast, "wholesale", cast.ines.id)
    chosen = (await listing(cast.programme_id, EVERYBODY)).choices
    assert list(chosen.tiers.items()) == [(silver.uid, "Silver"), (gold.uid, "Gold")]
    assert (chosen.stores, chosen.tags) == ({cast.web.uid: "Web"}, ("berlin", "wholesale"))
    assert (await listing(cast.other_programme_id, EVERYBODY)).choices.tags == ()


async def test_names_sort_without_regard_to_capitals_and_accents_both_ways(cast: Cast) -> None:
    await factories.customer(cast.programme_id, "éva Adler", email="eva@example.org")
    forwards = ["éva Adler", "Ines Okafor", "Olu Bakare", "Pia Lind", "Rex Moreau"]
    assert names(await listing(cast.programme_id, CustomerFilter(sort=Sort.NAME))) == forwards
    backwards = await listing(cast.programme_id, CustomerFilter(sort=Sort.NAME_BACKWARDS))
    assert names(backwards) == forwards[::-1]


async def test_who_spent_most_comes_first(cast: Cast) -> None:
    await put(cast, cast.pia.id, "spend_minor", 500)
    await put(cast, cast.ines.id, "spend_minor", 900)
    found = names(await listing(cast.programme_id, CustomerFilter(sort=Sort.SPENT)))
    assert found[:2] == ["Ines Okafor", "Pia Lind"]


@pytest.mark.parametrize("sort", Sort)
async def test_every_order_turns_forwards_and_back_without_losing_or_repeating_anybody(
    cast: Cast, sort: Sort
) -> None:
    await many.customers(cast.programme_id, 120)
    for wanted in (CustomerFilter(sort=sort), CustomerFilter(sort=sort, q="doe", type=CustomerType.MEMBER)):
        first = await listing(cast.programme_id, wanted)
        second = await listing(cast.programme_id, wanted, first.next)
        third = await listing(cast.programme_id, wanted, second.next)
        read = [row.uid for page in (first, second, third) for row in page.rows]
        assert len(read) == len(set(read)) == (124 if not wanted.q else 120)
        back = await listing(cast.programme_id, wanted, third.previous)
        assert back.rows == second.rows
        assert (await listing(cast.programme_id, wanted, back.previous)).rows == first.rows


async def test_a_page_of_another_order_is_refused_in_words(cast: Cast) -> None:
    await many.customers(cast.programme_id, 60)
    cursor = (await listing(cast.programme_id, EVERYBODY)).next
    with pytest.raises(Invalid, match="damaged"):
        await listing(cast.programme_id, CustomerFilter(sort=Sort.SPENT), cursor)


async def test_every_filter_costs_the_same_statements_for_few_and_for_thousands(cast: Cast) -> None:
    everything = CustomerFilter(
        tag="all",
        store=cast.web.uid,
        least=0,
        joined_since=date(2020, 1, 1),
        active_until=date(2100, 1, 1),
        sort=Sort.NAME,
    )
    counts = []
    for more in (60, FEW):
        ids = await many.customers(cast.programme_id, more)
        await tagged(cast, "all", *ids)
        await insert_many(
            "customer_identities",
            ("programme_id", "store_id", "external_id", "customer_id"),
            [(cast.programme_id, cast.web.id, str(id_), id_) for id_ in ids],
        )
        with watched() as seen:
            found = await listing(cast.programme_id, everything)
        assert len(found.rows) == 50
        counts.append(len(seen))
    assert counts == [8, 8]
    assert found.found == Tally(1_000, at_least=True)
    assert names(await listing(cast.programme_id, replace(everything, tag="nobody"))) == []
