"""Tiers: saving and previewing them. PRODUCT F1, F3."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.enums import TierDowngrade, TierMetric, TierWindow
from loyalty import clock
from loyalty.errors import Invalid, Stale
from loyalty.rules.tiers import Tier, TierPolicy
from loyalty.tiers import saving, undoing
from loyalty.tiers.preview import preview
from loyalty.tiers.saving import TierDraft
from loyalty.tiers.schemes import scheme
from loyalty.tiers.sweeping import due, sweep
from tests import factories
from tests.cast import Cast, undo_last
from tests.factories import START
from tests.tiering import gold_by_spend, tier_of

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
async def in_march() -> AsyncIterator[None]:
    with clock.at(START + timedelta(hours=1)):
        yield


POLICY = TierPolicy(metric=TierMetric.SPEND, window=TierWindow.LIFETIME, downgrade=TierDowngrade.TO_QUALIFIED)
TWO = (TierDraft(name="Silver", rank=1, threshold=10_000), TierDraft(name="Gold", rank=2, threshold=50_000))


async def test_tiers_are_saved_matched_by_name_and_the_rest_archived(cast: Cast) -> None:
    first = await saving.save(1, POLICY, TWO, by=cast.mara, key="a")
    again = await saving.save(1, POLICY, TWO, by=cast.mara, key="a")
    assert first.action.uid == again.action.uid
    gold = TierDraft(name="Gold", rank=1, threshold=40_000, perks=("Free returns",))
    second = await saving.save(1, POLICY, [gold], by=cast.mara, key="b", version=1)
    assert [record.level.name for record in second.scheme.tiers] == ["Gold"]
    assert second.scheme.tiers[0].uid == first.scheme.tiers[1].uid
    with pytest.raises(Stale):
        await saving.save(1, POLICY, TWO, by=cast.theo, key="c", version=1)
    assert await undo_last(cast, undoing.undo) == "The tiers are as they were before"
    assert (await scheme(1)).levels == first.scheme.levels


async def test_thresholds_must_rise_with_rank(cast: Cast) -> None:
    wrong = (TierDraft(name="A", rank=1, threshold=500), TierDraft(name="B", rank=2, threshold=500))
    with pytest.raises(Invalid, match="B must need more than A"):
        await saving.save(1, POLICY, wrong, by=cast.mara, key="a")
    ghost = (TierDraft(name="A", rank=1, threshold=500, entry_rewards=("nothing",)),)
    with pytest.raises(Invalid, match="catalogue"):
        await saving.save(1, POLICY, ghost, by=cast.mara, key="a")
    assert (await scheme(1)).tiers == ()


async def test_ranks_and_names_can_be_swapped(cast: Cast) -> None:
    first = (await saving.save(1, POLICY, TWO, by=cast.mara, key="a")).scheme
    swapped = [
        TierDraft(uid=first.tiers[0].uid, name="Gold", rank=2, threshold=50_000),
        TierDraft(uid=first.tiers[1].uid, name="Silver", rank=1, threshold=10_000),
    ]
    saved = await saving.save(1, POLICY, swapped, by=cast.mara, key="b")
    assert [record.uid for record in saved.scheme.tiers] == [first.tiers[1].uid, first.tiers[0].uid]


async def test_saving_lets_the_next_sweep_look_at_everybody(cast: Cast) -> None:
    await saving.save(1, POLICY, TWO, by=cast.mara, key="a")
    await factories.order(cast.ines, cast.web.id, 20_000)
    assert await sweep(1) == 1
    assert await due(1) == ()
    await saving.save(1, POLICY, [TierDraft(name="Gold", rank=1, threshold=20_000)], by=cast.mara, key="b")
    assert await sweep(1) == 1
    assert await tier_of(cast.ines) == "Gold"


@pytest.mark.parametrize("window", list(TierWindow))
@pytest.mark.parametrize("metric", list(TierMetric))
async def test_a_preview_agrees_with_what_evaluation_does(
    cast: Cast, window: TierWindow, metric: TierMetric
) -> None:
    policy = TierPolicy(metric=metric, window=window, rolling_days=30)
    thresholds = {TierMetric.SPEND: 10_000, TierMetric.POINTS: 100, TierMetric.ORDERS: 1}
    draft = TierDraft(name="Silver", rank=1, threshold=thresholds[metric])
    saved = await saving.save(1, policy, [draft], by=cast.mara, key="a")
    await factories.order(cast.ines, cast.web.id, 10_000)
    await factories.give(cast.ines, 100, qualifying=True)
    await factories.order(cast.rex, cast.web.id, 9_999, at=START - 800 * DAY)
    seen = await preview(1, policy, saved.scheme.levels)
    moving = {name for flow in seen.flows for _, name in flow.people}
    await sweep(1)
    raised = {person.name for person in (cast.ines, cast.rex) if await tier_of(person)}
    assert moving == raised
    assert "Ines Okafor" in moving
    assert seen.staying == 2 - len(moving)
    assert (await preview(1, policy, saved.scheme.levels)).flows == ()


async def test_a_preview_shows_who_falls_and_changes_nothing(cast: Cast) -> None:
    await gold_by_spend(cast)
    dearer = (Tier(id=1, name="Silver", rank=1, threshold=1_000_000),)
    seen = await preview(1, POLICY, dearer)
    (flow,) = seen.flows
    assert (flow.from_name, flow.to_name, flow.members, flow.up) == ("Gold", None, 1, False)
    assert flow.people == ((cast.ines.uid, "Ines Okafor"),)
    assert await tier_of(cast.ines) == "Gold"
