"""Tiers given by hand. PRODUCT F2."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.engine import rows, run, value
from db.enums import EntryKind
from loyalty import clock
from loyalty.errors import Invalid, KeyReused, LoyaltyError, NotAMember, NotFound, Stale
from loyalty.tiers import undoing
from loyalty.tiers.changing import change
from tests import factories
from tests.cast import Cast, undo_last
from tests.factories import START, Made
from tests.tiering import levels, look, tier_of

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
async def in_march() -> AsyncIterator[None]:
    with clock.at(START + timedelta(hours=1)):
        yield


async def test_a_tier_by_hand_is_a_floor_until_its_date(cast: Cast) -> None:
    _, silver, gold = await levels()
    await factories.tier_policy(1)
    await look(cast.ines)
    done = await change(
        1, cast.ines.id, silver.uid, by=cast.theo, key="k", notes="Press contact", until=START + 90 * DAY
    )
    assert done.sentence == "Ines Okafor is now Silver"
    await look(cast.ines, START + 89 * DAY)
    assert await tier_of(cast.ines) == "Silver"
    await factories.order(cast.ines, cast.web.id, 50_000)
    await look(cast.ines, START + 89 * DAY)
    assert await tier_of(cast.ines) == "Gold"
    await run("UPDATE orders SET refunded_minor = total_minor WHERE programme_id = 1")
    await look(cast.ines, START + 91 * DAY)
    assert await tier_of(cast.ines) == "Bronze"
    assert gold.uid


async def test_the_same_tier_the_past_and_strangers_are_refused(cast: Cast) -> None:
    bronze, silver, _ = await levels()
    await factories.tier_policy(1)
    await look(cast.ines)
    with pytest.raises(Invalid, match="already has Bronze"):
        await change(1, cast.ines.id, bronze.uid, by=cast.theo, key="a")
    with pytest.raises(Invalid, match="passed"):
        await change(1, cast.ines.id, silver.uid, by=cast.theo, key="b", until=START)
    with pytest.raises(NotAMember):
        await change(1, cast.pia.id, silver.uid, by=cast.theo, key="c")
    theirs = await factories.tier(cast.other_programme_id, "Gold", rank=1, threshold=0)
    with pytest.raises(NotFound):
        await change(1, cast.ines.id, theirs.uid, by=cast.theo, key="d")


async def test_rewards_by_hand_are_off_unless_triggered(cast: Cast) -> None:
    _, _, gold = await levels(entry_points=250)
    await change(1, cast.ines.id, gold.uid, by=cast.theo, key="k")
    assert await factories.entries(cast.ines) == []


async def paying_levels() -> tuple[Made, Made]:
    silver = await factories.tier(1, "Silver", rank=2, threshold=10_000, entry_points=50)
    gold = await factories.tier(1, "Gold", rank=3, threshold=50_000, entry_points=250)
    return silver, gold


@pytest.mark.parametrize(("every", "points"), [(False, 250), (True, 300)])
async def test_triggered_rewards_are_of_the_new_tier_or_of_all_passed(
    cast: Cast, every: bool, points: int
) -> None:
    _, gold = await paying_levels()
    await change(
        1, cast.ines.id, gold.uid, by=cast.theo, key="k", trigger_rewards=True, every_tier_passed=every
    )
    assert await factories.balance(cast.ines) == points


async def test_down_takes_nothing_back_and_up_again_pays_nothing_twice(cast: Cast) -> None:
    silver, gold = await paying_levels()
    for key, tier in [("1", gold), ("2", silver), ("3", gold)]:
        await change(1, cast.ines.id, tier.uid, by=cast.theo, key=key, trigger_rewards=True)
    assert await factories.entries(cast.ines) == [(EntryKind.TIER_REWARD, 250)]


async def test_a_double_click_moves_once(cast: Cast) -> None:
    silver, gold = await paying_levels()
    both = await asyncio.gather(
        *(change(1, cast.ines.id, gold.uid, by=cast.theo, key="k", trigger_rewards=True) for _ in range(2))
    )
    assert both[0].action.uid == both[1].action.uid
    with pytest.raises(KeyReused):
        await change(1, cast.ines.id, silver.uid, by=cast.theo, key="k")
    assert len(await rows("SELECT id FROM tier_changes WHERE programme_id = 1")) == 1


async def test_undo_puts_tier_floor_points_and_rewards_back(cast: Cast) -> None:
    mug = await factories.reward(1, "Mug")
    gold = await factories.tier(
        1, "Gold", rank=3, threshold=50_000, entry_points=250, entry_rewards=[mug.uid]
    )
    await change(1, cast.ines.id, gold.uid, by=cast.theo, key="k", trigger_rewards=True)
    assert await undo_last(cast, undoing.undo) == "Ines Okafor has no tier again"
    assert await tier_of(cast.ines) is None
    assert await factories.balance(cast.ines) == 0
    assert await value("SELECT status FROM issued_rewards WHERE programme_id = 1") == "void"
    assert await value("SELECT floor_until FROM customer_tiers WHERE programme_id = 1") is None
    with pytest.raises(Stale):
        await undo_last(cast, undoing.undo)


async def test_what_an_undo_took_back_is_given_again_with_the_tier_and_only_once(cast: Cast) -> None:
    mug = await factories.reward(1, "Mug")
    gold = await factories.tier(
        1, "Gold", rank=3, threshold=50_000, entry_points=250, entry_rewards=[mug.uid]
    )
    for turn in ("1", "2", "3"):
        await change(1, cast.ines.id, gold.uid, by=cast.theo, key=turn, trigger_rewards=True)
        assert await factories.balance(cast.ines) == 250
        if turn != "3":
            await undo_last(cast, undoing.undo)
    silver = await factories.tier(1, "Silver", rank=2, threshold=10_000)
    for key, tier in [("4", silver), ("5", gold)]:
        await change(1, cast.ines.id, tier.uid, by=cast.theo, key=key, trigger_rewards=True)
    assert await factories.balance(cast.ines) == 250
    copies = await rows("SELECT status FROM issued_rewards WHERE programme_id = 1 ORDER BY issued_at, id")
    assert [copy["status"] for copy in copies] == ["void", "void", "outstanding"]


async def test_two_changes_at_once_are_one_after_the_other(cast: Cast) -> None:
    silver, gold = await paying_levels()
    results = await asyncio.gather(
        *(change(1, cast.ines.id, tier.uid, by=cast.theo, key=tier.uid) for tier in (silver, gold)),
        return_exceptions=True,
    )
    assert not [result for result in results if isinstance(result, LoyaltyError)]
    assert len(await rows("SELECT id FROM tier_changes WHERE programme_id = 1")) == 2
