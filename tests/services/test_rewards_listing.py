"""The catalogue as a list, its order, what is archived, and one reward's figures. PRODUCT E1."""

from datetime import timedelta

import pytest

from db.engine import run, watched
from db.enums import RewardStatus
from loyalty import clock
from loyalty.catalogue.figures import Shown, holders, reward_page
from loyalty.catalogue.listing import listing
from loyalty.errors import AlreadyDone, NotFound
from loyalty.rewards import arranging, catalogue, codes, retiring, undoing
from loyalty.rewards.giving import give
from loyalty.rewards.redeeming import redeem
from tests import factories
from tests.cast import Cast, undo_last
from tests.factories import START


async def names(programme_id: int = 1) -> list[str]:
    return [row.reward.about.name for row in (await listing(programme_id)).active]


async def test_the_cheapest_is_first_until_somebody_moves_one_and_undo_moves_back(cast: Cast) -> None:
    for name, price in (("Mug", 300), ("Tea", 100), ("Cake", 200)):
        await factories.reward(1, name, price=price)
    assert await names() == ["Tea", "Cake", "Mug"]
    mug = (await listing(1)).active[-1].reward
    moved = await arranging.move(1, mug.uid, "up", by=cast.mara)
    assert moved.sentence == "Mug is number 2 now"
    assert await names() == ["Tea", "Mug", "Cake"]
    assert (await arranging.move(1, mug.uid, "up", by=cast.mara)).action is not None
    last = await arranging.move(1, mug.uid, "up", by=cast.mara)
    assert (last.sentence, last.action) == ("Mug is first already", None)
    await undo_last(cast, undoing.undo)
    assert await names() == ["Tea", "Mug", "Cake"]
    with pytest.raises(NotFound):
        await arranging.move(cast.other_programme_id, mug.uid, "up", by=cast.nils)


async def test_an_archived_reward_is_offered_to_nobody_and_comes_back(cast: Cast) -> None:
    mug = await factories.reward(1, "Mug")
    await retiring.archive(1, mug.uid, by=cast.mara)
    found = await listing(1)
    assert (found.active, [row.reward.uid for row in found.archived]) == ((), [mug.uid])
    with pytest.raises(AlreadyDone):
        await retiring.archive(1, mug.uid, by=cast.theo)
    await undo_last(cast, undoing.undo)
    assert (await catalogue.get(1, mug.id)).about.status is RewardStatus.ACTIVE
    await retiring.archive(1, mug.uid, by=cast.mara)
    assert (await retiring.restore(1, mug.uid, by=cast.mara)).sentence == "Mug is in the catalogue"


async def test_figures_agree_with_the_lists_behind_them(cast: Cast) -> None:
    mug = await factories.reward(1, "Mug", unit_cost_minor=250, code_valid_days=30)
    await factories.give(cast.ines, 2_000)
    with clock.at(START):
        used = await redeem(1, cast.ines.id, mug.id, by=cast.theo, key="a")
        await codes.use(1, used.code, till="till", by=cast.theo, order="#1")
        await redeem(1, cast.ines.id, mug.id, by=cast.theo, key="b")
        await give(1, cast.rex.id, mug.id, by=cast.theo, reason="", key="c")
        await run(
            "UPDATE issued_rewards SET status = 'void', voided_at = {} WHERE programme_id = 1 AND customer_id = {}",
            START,
            cast.rex.id,
        )
    with clock.at(START + timedelta(days=10)), watched() as asked:
        page = await reward_page(1, mug.uid)
    assert len(asked) <= 6
    assert page.figures.by_state == {
        Shown.ALL: 3, Shown.OUTSTANDING: 1, Shown.USED: 1, Shown.EXPIRED: 0, Shown.VOID: 1, Shown.PAID: 2
    }  # fmt: skip
    assert (page.figures.points, page.figures.cost) == (1_000, 250)
    with clock.at(START + timedelta(days=10)):
        for shown, count in page.figures.by_state.items():
            assert len((await holders(1, mug.id, shown, None)).rows) == count, shown
    with clock.at(START + timedelta(days=40)):
        later = (await reward_page(1, mug.uid)).figures.by_state
        assert (later[Shown.OUTSTANDING], later[Shown.EXPIRED]) == (0, 1)
        (lapsed,) = (await holders(1, mug.id, Shown.EXPIRED, None)).rows
        assert (lapsed.name, lapsed.status) == ("Ines Okafor", "expired")


async def test_the_catalogue_takes_two_statements_whatever_it_holds(cast: Cast) -> None:
    for number in range(5):
        await factories.reward(1, f"Reward {number}")
    with watched() as asked:
        await listing(1)
    assert len([sql for sql in asked if "FROM" in sql]) <= 2


async def test_pages_of_holders_turn_both_ways(cast: Cast) -> None:
    mug = await factories.reward(1, "Mug")
    for number in range(53):
        await give(1, cast.rex.id, mug.id, by=cast.theo, reason="", key=str(number))
    first = await holders(1, mug.id, Shown.ALL, None)
    assert (len(first.rows), first.previous) == (50, None)
    second = await holders(1, mug.id, Shown.ALL, first.next)
    assert (len(second.rows), second.next) == (3, None)
    assert (await holders(1, mug.id, Shown.ALL, second.previous)).rows == first.rows
