"""The customers list where a filter lets through more people than can be named."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from db.engine import atomic, insert_many, rows, run, watched
from db.enums import CustomerType
from loyalty import clock, due
from loyalty.batches import choosing
from loyalty.batches.choosing import Selection
from loyalty.customers import export, listing, search
from loyalty.customers.filters import NO_TIER, CustomerFilter, Sort
from loyalty.customers.views import CustomerList, Tally
from loyalty.segments.following import follow
from loyalty.segments.refreshing import refresh
from tests import factories
from tests.campaigning import segment
from tests.cast import Cast
from tests.factories import START
from tests.services import many


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three are few, and a page is looked for among ten."""
    monkeypatch.setattr(search, "FEW", 3)
    monkeypatch.setattr(listing, "WALKED", 10)
    with clock.at(START + timedelta(days=10)):
        yield


async def tagged(cast: Cast, tag: str, ids: list[int]) -> None:
    tags = [(cast.programme_id, id_, tag) for id_ in ids]
    await insert_many("customer_tags", ("programme_id", "customer_id", "tag"), tags)


async def there_and_back(cast: Cast, wanted: CustomerFilter) -> list[str]:
    """The public ids of all pages, which are the same from the last to the first."""
    pages = [await listing.listing(cast.programme_id, wanted)]
    while pages[-1].next:
        pages.append(await listing.listing(cast.programme_id, wanted, pages[-1].next))
    back, page = [pages[-1]], pages[-1]
    while page.previous:
        page = await listing.listing(cast.programme_id, wanted, page.previous)
        back.insert(0, page)
    assert [page.rows for page in back] == [page.rows for page in pages]
    return [row.uid for page in pages for row in page.rows]


def names(found: CustomerList) -> list[str]:
    return [row.name for row in found.rows]


@pytest.mark.parametrize("sort", [Sort.ACTIVE, Sort.NAME_BACKWARDS, Sort.SPENT_LEAST])
async def test_those_at_hand_and_those_far_down_the_list_are_found_in_every_order(
    cast: Cast, sort: Sort, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await many.customers(cast.programme_id, 130)
    await tagged(cast, "often", ids[::2])
    await tagged(cast, "late", ids[-60:])
    for wanted in (CustomerFilter(tag="often", sort=sort), CustomerFilter(tag="late", q="doe", sort=sort)):
        found = await there_and_back(cast, wanted)
        pieces = [piece async for piece in await export.csv(cast.programme_id, wanted, by=cast.mara)]
        assert [line.split(",")[-1].lstrip("'") for line in "".join(pieces).splitlines()[1:]] == found
        assert await choosing.count(cast.programme_id, Selection(everybody=wanted)) == len(found)
        with monkeypatch.context() as named:
            named.setattr(search, "FEW", 2_000)
            assert await there_and_back(cast, wanted) == found
        assert len(set(found)) == len(found) == (65 if wanted.tag == "often" else 60)


async def test_the_many_are_counted_at_least_and_a_page_that_shows_all_of_them_says_how_many(
    cast: Cast,
) -> None:
    ids = await many.customers(cast.programme_id, 60)
    await tagged(cast, "often", ids)
    await tagged(cast, "here", [*ids[:4], cast.olu.id])
    often = await listing.listing(cast.programme_id, CustomerFilter(tag="often"))
    assert (often.found, len(often.rows)) == (Tally(60, at_least=True), 50)
    here = await listing.listing(cast.programme_id, CustomerFilter(tag="here"))
    assert (here.found, here.by_type[CustomerType.GUEST]) == (Tally(5), Tally(1))
    guests = await listing.listing(cast.programme_id, CustomerFilter(tag="here", type=CustomerType.GUEST))
    assert (names(guests), guests.found) == (["Olu Bakare"], Tally(1))
    assert guests.by_type[CustomerType.MEMBER] == Tally(4, at_least=True)


async def test_a_page_of_the_many_costs_one_statement_more_and_one_for_those_far_down(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "WALKED", 60)
    ids = await many.customers(cast.programme_id, 130)
    counts = []
    for tag, whose in (("one", ids[:1]), ("near", ids[:70]), ("far", ids[-70:])):
        await tagged(cast, tag, whose)
        with watched() as seen:
            await listing.listing(cast.programme_id, CustomerFilter(tag=tag))
        counts.append(len(seen))
    assert counts == [6, 6, 7]


async def test_whom_a_segment_and_a_tier_both_hold_follows_every_change_of_either(cast: Cast) -> None:
    silver = await factories.tier(cast.programme_id, "Silver", rank=10, threshold=100)
    gold = await factories.tier(cast.programme_id, "Gold", rank=20, threshold=200)
    await many.stands_in(cast.ines, gold.id)
    friends = await segment("Friends", cast.ines, cast.rex)

    async def shown(tier: str) -> list[str]:
        wanted = CustomerFilter(segment=friends.uid, tier=tier)
        return names(await listing.listing(cast.programme_id, wanted))

    assert (await shown(gold.uid), await shown(silver.uid)) == (["Ines Okafor"], [])
    assert await shown(NO_TIER) == ["Rex Moreau"]
    await many.stands_in(cast.rex, gold.id)
    assert sorted(await shown(gold.uid)) == ["Ines Okafor", "Rex Moreau"]
    await run(
        "UPDATE customer_tiers SET tier_id = {} WHERE programme_id = {} AND customer_id = {}",
        silver.id,
        cast.programme_id,
        cast.ines.id,
    )
    assert (await shown(gold.uid), await shown(silver.uid)) == (["Rex Moreau"], ["Ines Okafor"])


async def test_a_tier_noted_amid_a_move_to_another_is_put_right_by_the_look_that_follows(cast: Cast) -> None:
    gold = await factories.tier(cast.programme_id, "Gold", rank=20, threshold=200)
    await many.stands_in(cast.ines, gold.id)
    await refresh(cast.programme_id)
    await run("UPDATE segment_members SET tier_id = 7 WHERE programme_id = {}", cast.programme_id)
    async with atomic():
        await due.note(cast.programme_id, cast.ines.id)
    await follow(cast.programme_id)
    kept = "SELECT DISTINCT tier_id FROM segment_members WHERE programme_id = {} AND customer_id = {}"
    assert await rows(kept, cast.programme_id, cast.ines.id) == [{"tier_id": gold.id}]
    await run(
        "UPDATE segment_members SET tier_id = NULL WHERE programme_id = {} AND tier_id = 7", cast.programme_id
    )
