"""Price cuts, from the desk to the redemption that paid by them. PRODUCT E4."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from db.engine import loads, value
from loyalty import clock
from loyalty.errors import AlreadyDone, Invalid, KeyReused, NotEnoughPoints, NotFound, Stale
from loyalty.rewards import catalogue, cuts, cutting, undoing
from loyalty.rewards.cutting import CutDraft, cut
from loyalty.rewards.offers import offers
from loyalty.rewards.redeeming import redeem
from loyalty.rules.price_cuts import CutState
from loyalty.tiers.changing import change
from tests import factories
from tests.cast import Cast, undo_last
from tests.factories import START, Made

NOON = START + timedelta(hours=12)


@pytest.fixture(autouse=True)
async def at_noon() -> AsyncIterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
async def prize(cast: Cast) -> Made:
    await factories.give(cast.ines, 1_000)
    return await factories.reward(1)


def until(days: int) -> date:
    return NOON.date() + timedelta(days=days)


async def test_while_a_cut_runs_the_lower_price_is_shown_paid_and_kept(cast: Cast, prize: Made) -> None:
    made = await cut(1, prize.uid, CutDraft(percent=30, until=until(6)), by=cast.mara, key="k")
    assert made.sentence.startswith("€5 off costs 350 instead of 500 until ")
    (offer,) = await offers(1, cast.ines.id)
    assert (offer.price, offer.was, offer.left) == (350, 500, 650)
    got = await redeem(1, cast.ines.id, prize.id, by=cast.theo, key="r", shown=350)
    assert got.available == 650
    kept = loads(await value("SELECT price FROM issued_rewards WHERE programme_id = 1 AND uid = {}", got.uid))
    (stored,) = await cuts.of(1, prize.id)
    assert kept == {
        "list_points": 500, "cut_percent": 30, "points": 350, "new_points": None, "cut": stored.cut.uid
    }  # fmt: skip


async def test_days_are_whole_days_of_the_programmes_zone(cast: Cast, prize: Made) -> None:
    await cut(1, prize.uid, CutDraft(new_points=100, since=until(1), until=until(1)), by=cast.mara, key="k")
    (stored,) = await cuts.of(1, prize.id)
    assert stored.state is CutState.PLANNED
    assert stored.cut.ends_at - stored.cut.starts_at == timedelta(days=1)
    assert stored.cut.starts_at.hour == 23  # midnight in Berlin
    for moment, price in ((stored.cut.starts_at, 100), (stored.cut.ends_at, 500)):
        with clock.at(moment):
            assert [offer.price for offer in await offers(1, cast.ines.id)] == [price]


async def test_a_cut_that_ended_since_the_price_was_shown_is_told_and_nothing_is_paid(
    cast: Cast, prize: Made
) -> None:
    await cut(1, prize.uid, CutDraft(percent=50, until=until(6)), by=cast.mara, key="k")
    (stored,) = await cuts.of(1, prize.id)
    await cutting.end(1, stored.cut.uid, by=cast.mara)
    with pytest.raises(Stale, match="costs 500 now; it was 250"):
        await redeem(1, cast.ines.id, prize.id, by=cast.theo, key="r", shown=250)
    assert await factories.balance(cast.ines) == 1_000
    with pytest.raises(AlreadyDone):
        await cutting.end(1, stored.cut.uid, by=cast.mara)
    assert await undo_last(cast, undoing.undo) == "The price cut holds again"
    assert [offer.price for offer in await offers(1, cast.ines.id)] == [250]


async def test_a_cut_for_gold_is_paid_by_gold_members_alone(cast: Cast, prize: Made) -> None:
    gold = await factories.tier(1, "Gold", rank=3, threshold=50_000)
    await factories.give(cast.rex, 400)
    await change(1, cast.ines.id, gold.uid, by=cast.mara, key="gold")
    draft = CutDraft(percent=40, until=until(6), tier_uid=gold.uid)
    made = await cut(1, prize.uid, draft, by=cast.mara, key="k")
    assert " for Gold until " in made.sentence
    assert [offer.price for offer in await offers(1, cast.ines.id)] == [300]
    assert [offer.price for offer in await offers(1, cast.rex.id)] == [500]
    with pytest.raises(NotEnoughPoints):
        await redeem(1, cast.rex.id, prize.id, by=cast.theo, key="r")


async def test_of_two_cuts_the_lower_price_is_paid(cast: Cast, prize: Made) -> None:
    await cut(1, prize.uid, CutDraft(percent=20, until=until(9)), by=cast.mara, key="a")
    await cut(1, prize.uid, CutDraft(new_points=300, until=until(2)), by=cast.mara, key="b")
    assert [offer.price for offer in await offers(1, cast.ines.id)] == [300]
    with clock.at(NOON + timedelta(days=3)):
        assert [offer.price for offer in await offers(1, cast.ines.id)] == [400]


async def test_a_double_click_makes_one_cut_and_undo_ends_it(cast: Cast, prize: Made) -> None:
    draft = CutDraft(percent=30, until=until(6))
    first = await cut(1, prize.uid, draft, by=cast.mara, key="k")
    again = await cut(1, prize.uid, draft, by=cast.mara, key="k")
    assert (first.sentence, again.action) == (again.sentence, None)
    assert len(await cuts.of(1, prize.id)) == 1
    with pytest.raises(KeyReused):
        await cut(1, prize.uid, CutDraft(percent=31, until=until(6)), by=cast.mara, key="k")
    await undo_last(cast, undoing.undo)
    assert [offer.was for offer in await offers(1, cast.ines.id)] == [None]


async def test_what_cant_be_is_refused_by_field_and_strangers_are_not_found(cast: Cast, prize: Made) -> None:
    with pytest.raises(Invalid, match="over") as past:
        await cut(1, prize.uid, CutDraft(percent=30, since=until(-1), until=until(6)), by=cast.mara, key="k")
    assert past.value.field == "since"
    with pytest.raises(NotFound):
        draft = CutDraft(percent=30, until=until(6))
        await cut(cast.other_programme_id, prize.uid, draft, by=cast.nils, key="k")
    theirs = await factories.tier(cast.other_programme_id, "Gold", rank=1, threshold=0)
    with pytest.raises(NotFound):
        await cut(
            1, prize.uid, CutDraft(percent=30, until=until(6), tier_uid=theirs.uid), by=cast.mara, key="k"
        )
    assert (await catalogue.get(1, prize.id)).about.points_price == 500
