"""Rewards: what a customer can have, and redeeming it. PRODUCT C8."""

import asyncio
from datetime import timedelta

import pytest

from db.engine import run, value, watched
from db.enums import EntryKind
from loyalty import clock
from loyalty.errors import (
    Invalid,
    KeyReused,
    LoyaltyError,
    NotAMember,
    NotEnoughPoints,
    NotFound,
)
from loyalty.rewards.offers import offers
from loyalty.rewards.redeeming import redeem
from loyalty.rules.redemptions import Refusal
from tests import factories
from tests.cast import Cast


async def test_a_member_gets_a_code_for_points(cast: Cast) -> None:
    prize = await factories.reward(1)
    await factories.give(cast.ines, 620)
    got = await redeem(1, cast.ines.id, prize.id, by=cast.theo, key="k", on_behalf=True)
    assert (got.available, got.sentence) == (120, "Ines Okafor has €5 off now and 120 points left")
    assert len(got.code) == 14
    assert got.code.count("-") == 2
    assert (await factories.entries(cast.ines))[-1] == (EntryKind.REDEEM, -500)
    assert got.action is not None
    assert got.action.undoable


async def test_a_double_click_makes_one_reward(cast: Cast) -> None:
    prize = await factories.reward(1)
    await factories.give(cast.ines, 2000)
    both = await asyncio.gather(
        *(redeem(1, cast.ines.id, prize.id, by=cast.theo, key="same") for _ in range(2))
    )
    assert both[0].code == both[1].code
    assert await factories.balance(cast.ines) == 1500
    assert sum(got.action is not None for got in both) == 1


async def test_the_same_key_for_another_reward_is_refused(cast: Cast) -> None:
    one_prize, other = await factories.reward(1), await factories.reward(1, "Mug", price=100)
    await factories.give(cast.ines, 2000)
    await redeem(1, cast.ines.id, one_prize.id, by=cast.theo, key="k")
    with pytest.raises(KeyReused):
        await redeem(1, cast.ines.id, other.id, by=cast.theo, key="k")


async def test_too_few_points_are_refused_with_the_missing_number(cast: Cast) -> None:
    prize = await factories.reward(1)
    await factories.give(cast.ines, 380)
    with pytest.raises(NotEnoughPoints, match="needs 120 more") as refused:
        await redeem(1, cast.ines.id, prize.id, by=cast.theo, key="k")
    assert refused.value.available == 380


@pytest.mark.parametrize("who", ["olu", "pia"])
async def test_guests_and_people_who_left_never_redeem(cast: Cast, who: str) -> None:
    prize = await factories.reward(1, price=0)
    with pytest.raises(NotAMember):
        await redeem(1, getattr(cast, who).id, prize.id, by=cast.theo, key="k")


async def test_a_reward_for_nothing_needs_no_entry(cast: Cast) -> None:
    prize = await factories.reward(1, "Welcome card", price=0, per_customer=1)
    first = await redeem(1, cast.ines.id, prize.id, by=cast.theo, key="a")
    assert await factories.entries(cast.ines) == []
    assert (await redeem(1, cast.ines.id, prize.id, by=cast.theo, key="a")).code == first.code
    with pytest.raises(Invalid, match="can be had once per person"):
        await redeem(1, cast.ines.id, prize.id, by=cast.theo, key="b")


async def test_the_last_one_in_stock_goes_to_one_of_two(cast: Cast) -> None:
    prize = await factories.reward(1, stock=1)
    for person in (cast.ines, cast.rex):
        await factories.give(person, 500)
    results = await asyncio.gather(
        *(redeem(1, person.id, prize.id, by=cast.theo, key=person.uid) for person in (cast.ines, cast.rex)),
        return_exceptions=True,
    )
    refused = [result for result in results if isinstance(result, LoyaltyError)]
    assert [str(error) for error in refused] == ["€5 off is out of stock."]
    assert await value("SELECT stock FROM rewards WHERE programme_id = 1") == 0
    assert sorted([await factories.balance(cast.ines), await factories.balance(cast.rex)]) == [0, 500]


async def test_a_reward_of_another_programme_does_not_exist(cast: Cast) -> None:
    theirs = await factories.reward(cast.other_programme_id)
    await factories.give(cast.ines, 500)
    with pytest.raises(NotFound):
        await redeem(1, cast.ines.id, theirs.id, by=cast.theo, key="k")


async def test_offers_say_what_is_missing_in_two_statements(cast: Cast) -> None:
    gold = await factories.tier(1, "Gold", rank=2, threshold=50000)
    for name, price, fields in [
        ("Sticker", 50, {}),
        ("Mug", 740, {}),
        ("Gold dinner", 100, {"min_tier_id": gold.id}),
        ("Sold out", 10, {"stock": 0}),
        ("Not for points", 10, {"redeemable": False}),
        ("Old", 10, {"status": "archived"}),
    ]:
        await factories.reward(1, name, price=price, **fields)
    await factories.give(cast.ines, 620)
    with watched() as statements:
        seen = {offer.reward.about.name: offer for offer in await offers(1, cast.ines.id)}
    assert len(statements) == 2
    assert list(seen) == ["Sold out", "Sticker", "Gold dinner", "Mug"]
    assert (seen["Sticker"].refusal, seen["Sticker"].left) == (None, 570)
    assert seen["Mug"].refusal is not None
    assert seen["Mug"].refusal.sentence == "needs 120 more"
    assert seen["Gold dinner"].refusal is not None
    assert seen["Gold dinner"].refusal.sentence == "Gold dinner is for Gold and above."
    assert seen["Sold out"].refusal is not None
    assert seen["Sold out"].refusal.refusal is Refusal.STOCK


async def test_pending_points_buy_nothing(cast: Cast) -> None:
    prize = await factories.reward(1)
    await factories.give(cast.ines, 500)
    await run("UPDATE lots SET available_at = {} WHERE programme_id = 1", clock.now() + timedelta(days=14))
    (offer,) = await offers(1, cast.ines.id)
    assert offer.refusal is not None
    assert offer.refusal.missing == 500
    with pytest.raises(NotEnoughPoints):
        await redeem(1, cast.ines.id, prize.id, by=cast.theo, key="k")
