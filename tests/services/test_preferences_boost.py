"""Choosing a favourite category doubles the next order's lines there, once. PRODUCT L2, I3."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.engine import rows
from db.enums import QuestionKind
from loyalty import clock
from loyalty.rules.preferences import Option
from tests import factories
from tests.cast import Cast
from tests.factories import START
from tests.ledger.shop import Shop, line, refund
from tests.preferring import ask, tell

FAVOURITES = (Option("skin", "Skincare", "Skincare"), Option("hair", "Hair", "Hair"), Option("all", "All"))


@pytest.fixture(autouse=True)
async def in_march() -> AsyncIterator[None]:
    with clock.at(START + timedelta(hours=1)):
        yield


async def multipliers(cast: Cast) -> list[tuple[str, str]]:
    found = await rows(
        "SELECT name, status FROM multipliers WHERE programme_id = 1 AND customer_id = {}", cast.ines.id
    )
    return [(row["name"], row["status"]) for row in found]


async def test_a_favourite_is_granted_once_whatever_is_chosen_later(cast: Cast) -> None:
    await ask("Favourite", kind=QuestionKind.ONE, options=FAVOURITES, boost_percent=200)
    assert (await tell(cast.ines, favourite="all")).followed.boosts == ()
    assert (await tell(cast.ines, favourite="skin")).followed.boosts == ("Double points on Skincare",)
    assert (await tell(cast.ines, favourite="hair")).followed.boosts == ()
    assert await multipliers(cast) == [("Double points on Skincare", "waiting")]


async def test_two_lines_of_the_favourite_earn_double_the_other_doesnt_and_a_refund_gives_it_back(
    cast: Cast,
) -> None:
    shop = Shop(cast, cast.ines)
    await shop.has(hold_days=0)
    await shop.rule(1, base="items")
    await ask("Favourite", kind=QuestionKind.ONE, options=FAVOURITES, boost_percent=200)
    await tell(cast.ines, favourite="skin")
    lines = (
        line(1000, "L1", category="Skincare"),
        line(2000, "L2", category="Skincare"),
        line(500, "L3", category="Hair"),
    )
    later = START + timedelta(hours=2)
    await shop.gets(shop.told(3500, lines=lines, placed_at=later, paid_at=later), at=later)
    assert await factories.balance(cast.ines) == 2 * 10 + 2 * 20 + 5
    assert await multipliers(cast) == [("Double points on Skincare", "used")]
    await shop.refunds(refund("R1", 3500))
    assert await factories.balance(cast.ines) == 0
    assert await multipliers(cast) == [("Double points on Skincare", "waiting")]
