"""The till: finding somebody, purchases that earn, and taking them back. PRODUCT E5."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.engine import rows, run, value, watched
from db.enums import EarningTrigger, IssuedStatus, Platform
from loyalty import clock, undo
from loyalty.customers.cards import card
from loyalty.errors import AlreadyDone, Invalid, KeyReused, LoyaltyError, NotAMember, NotFound
from loyalty.merging.merging import merge
from loyalty.rewards import codes
from loyalty.rewards.redeeming import redeem
from loyalty.till.counter import counter
from loyalty.till.finding import find
from loyalty.till.lookup import person
from loyalty.till.outcomes import of_copy, outcome
from loyalty.till.purchases import Counted, count, stores
from tests import factories
from tests.cast import Cast
from tests.factories import START, Made, Person

NOON = START + timedelta(hours=12)


@pytest.fixture(autouse=True)
async def at_noon() -> AsyncIterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
async def shop(cast: Cast) -> Made:
    """The counter, in a shop where a euro earns two points."""
    await factories.earning_rule(1, EarningTrigger.ORDER, 2, per_minor=100, base="items")
    return await factories.store(1, "counter", platform=Platform.POS)


def buys(
    cast: Cast, shop: Made, who: Person, amount: int = 1_250, receipt: str = "4711", key: str = "k"
) -> asyncio.Future[Counted]:
    verb = count(1, who.uid, amount, receipt, store_uid=shop.uid, by=cast.theo, key=key)
    return asyncio.ensure_future(verb)


async def test_a_purchase_earns_as_an_order_of_the_counter(cast: Cast, shop: Made) -> None:
    counted = await buys(cast, shop, cast.ines)
    assert counted.sentence == "Ines Okafor earned 25 points for 12.50 EUR"
    (order,) = await rows("SELECT name, channel, total_minor, store_id FROM orders WHERE programme_id = 1")
    assert (order["name"], order["channel"], order["total_minor"], order["store_id"]) == (
        "4711", "pos", 1_250, shop.id
    )  # fmt: skip
    told = await outcome(1, counted.action.uid)
    assert (told.points, told.customer, told.can_undo) == (25, "Ines Okafor", True)


async def test_a_double_tap_counts_once_and_a_receipt_counts_once(cast: Cast, shop: Made) -> None:
    both = await asyncio.gather(buys(cast, shop, cast.ines), buys(cast, shop, cast.ines))
    assert both[0].action.uid == both[1].action.uid
    assert await factories.balance(cast.ines) == 25
    with pytest.raises(
        AlreadyDone, match=r"Receipt 4711 has been counted already: 12.50 EUR for Ines Okafor."
    ):
        await buys(cast, shop, cast.rex, key="another")
    with pytest.raises(KeyReused):
        await buys(cast, shop, cast.ines, amount=999)


async def test_a_purchase_taken_back_frees_its_receipt_for_who_it_was(cast: Cast, shop: Made) -> None:
    wrong = await buys(cast, shop, cast.ines, amount=12_500)
    with clock.at(NOON + timedelta(minutes=1)):
        undone = await undo.undo(1, wrong.action.uid, by=cast.theo)
        assert undone.sentence == "Purchase 4711 has been taken back"
        assert await factories.balance(cast.ines) == 0
        assert (await outcome(1, wrong.action.uid)).undone
        right = await buys(cast, shop, cast.rex, key="again")
    assert right.sentence == "Rex Moreau earned 25 points for 12.50 EUR"
    assert await value("SELECT sum(order_count) FROM customers WHERE programme_id = 1") == 1
    with pytest.raises(AlreadyDone):
        await undo.undo(1, wrong.action.uid, by=cast.theo)


async def test_two_purchases_without_a_receipt_are_two(cast: Cast, shop: Made) -> None:
    for key in ("a", "a", "b"):
        await buys(cast, shop, cast.ines, receipt="", key=key)
    assert await factories.balance(cast.ines) == 50


async def test_somebody_without_an_address_earns_too_and_a_guest_as_the_programme_says(
    cast: Cast, shop: Made
) -> None:
    kim = await factories.customer(1, "Kim Park", email=None)
    assert "earned 25 points" in (await buys(cast, shop, kim)).sentence
    assert (await buys(cast, shop, cast.olu, receipt="2", key="g")).sentence == (
        "12.50 EUR counted for Olu Bakare; it earned nothing"
    )


async def test_what_cant_be_a_purchase_is_refused(cast: Cast, shop: Made) -> None:
    for amount in (0, -5, 10**12):
        with pytest.raises(Invalid, match="amount of a purchase"):
            await buys(cast, shop, cast.ines, amount=amount)
    with pytest.raises(NotAMember):
        await buys(cast, shop, cast.pia)
    with pytest.raises(Invalid, match="Choose the counter"):
        await buys(cast, cast.web, cast.ines)
    with pytest.raises(NotFound):
        await buys(cast, shop, cast.ada)
    assert [store.uid for store in await stores(1)] == [shop.uid]


async def test_a_card_a_code_a_phone_and_a_name_find_who_is_meant(cast: Cast) -> None:
    hers = await card(1, cast.ines.id)
    for typed in (hers.code, hers.printed, f"{hers.code}\r", "okafor, ines"):
        assert (await find(1, typed)).customer_uid == cast.ines.uid, typed
    await run("UPDATE customers SET search = 'shared' WHERE programme_id = 1 AND type = 'member'")
    several = await find(1, "shared")
    assert {person.name for person in several.people} == {"Ines Okafor", "Rex Moreau"}
    assert [person.hint for person in several.people if person.name == "Ines Okafor"] == ["in…@example.org"]
    assert (
        await find(cast.other_programme_id, hers.code)
    ).sentence == "There is no such card in this programme."
    wrong = hers.code[:-1] + str((int(hers.code[-1]) + 1) % 10)
    assert "mistyped" in (await find(1, wrong)).sentence
    assert (await find(1, "nobody at all")).sentence == "Nobody is found by this."


async def test_a_scanned_code_opens_its_copy(cast: Cast) -> None:
    mug = await factories.reward(1, "Mug", price=0)
    got = await redeem(1, cast.ines.id, mug.id, by=cast.theo, key="k")
    assert (await find(1, got.code.lower())).copy_uid == got.uid
    assert (await find(cast.other_programme_id, got.code)).copy_uid == ""


async def test_the_counter_shows_what_can_be_had_and_what_is_held(cast: Cast) -> None:
    cheap, dear = await factories.reward(1, "Tea", price=100), await factories.reward(1, "Mug", price=900)
    await factories.give(cast.ines, 600)
    await redeem(1, cast.ines.id, cheap.id, by=cast.theo, key="k")
    with watched() as asked:
        about = await counter(1, cast.ines.uid)
    assert len(asked) <= 9
    assert ([offer.reward.id for offer in about.within], [offer.reward.id for offer in about.beyond]) == (
        [cheap.id], [dear.id]
    )  # fmt: skip
    assert [(held.reward, held.status) for held in about.codes] == [("Tea", IssuedStatus.OUTSTANDING)]
    assert about.balance is not None
    assert about.balance.available == 500
    assert about.stamps is None
    assert (await counter(1, cast.olu.uid)).balance is None
    with pytest.raises(NotFound):
        await counter(1, cast.ada.uid)


async def test_a_programme_of_stamps_shows_its_card(cast: Cast) -> None:
    await run("UPDATE programmes SET unit = 'stamps', stamp_card_size = 10 WHERE programme_id = 1")
    await factories.give(cast.ines, 23)
    stamps = (await counter(1, cast.ines.uid)).stamps
    assert stamps is not None
    assert (stamps.full, stamps.on_open_card, stamps.missing) == (2, 3, 7)


async def test_of_two_tills_that_use_one_code_one_wins(cast: Cast) -> None:
    mug = await factories.reward(1, "Mug", price=0)
    got = await redeem(1, cast.ines.id, mug.id, by=cast.theo, key="k")
    tills = (codes.use(1, got.code, till=till, by=cast.theo, order=till) for till in ("till-1", "till-2"))
    results = await asyncio.gather(*tills, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["AlreadyDone", "Checked"]
    assert sum(isinstance(result, LoyaltyError) for result in results) == 1


async def test_a_code_used_by_mistake_is_given_back_once(cast: Cast) -> None:
    mug = await factories.reward(1, "Mug", price=0)
    got = await redeem(1, cast.ines.id, mug.id, by=cast.theo, key="k")
    await codes.use(1, got.code, till="till", by=cast.theo, order="sale 1")
    used = await of_copy(1, got.uid, "code.used")
    assert (await undo.undo(1, used, by=cast.theo)).sentence == "The code for Mug can be used again"
    assert (await codes.use(1, got.code, till="till", by=cast.theo, order="sale 2")).action is not None
    with pytest.raises(AlreadyDone):
        await undo.undo(1, used, by=cast.theo)


async def test_a_record_that_was_merged_leads_to_the_one_kept(cast: Cast, shop: Made) -> None:
    gone = await factories.customer(1, "Ines Okafor", email="ines@work.example")
    old = await card(1, gone.id)
    await merge(1, cast.ines.uid, gone.uid, by=cast.mara, key="one person")
    assert (await find(1, old.code)).customer_uid == cast.ines.uid
    assert (await find(1, "okafor")).customer_uid == cast.ines.uid
    assert (await counter(1, gone.uid)).uid == cast.ines.uid
    assert (await person(1, gone.uid)).uid == cast.ines.uid
    await buys(cast, shop, gone)
    assert await factories.balance(cast.ines) == 25
