"""Tiers: saving and previewing them. PRODUCT F1, F3."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from db.enums import TierDowngrade, TierMetric, TierWindow
from loyalty import clock, drafts
from loyalty.customers.views import Tally
from loyalty.drafts import fingerprint
from loyalty.errors import Invalid, NotFound, Stale
from loyalty.ladder import ladder
from loyalty.rules.tier_previews import destination
from loyalty.rules.tiers import Tier, TierPolicy
from loyalty.tiers import drafting, saving, undoing
from loyalty.tiers.preview import Question, movers, preview
from loyalty.tiers.saving import TierDraft
from loyalty.tiers.schemes import scheme
from loyalty.tiers.sweeping import due, sweep
from loyalty.undo import undo
from tests import factories
from tests.cast import Cast, undo_last
from tests.factories import START
from tests.services import many
from tests.tiering import gold_by_spend, levels, tier_of

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
    seen = fingerprint(saving.plain(first.scheme))
    gold = TierDraft(name="Gold", rank=1, threshold=40_000, perks=("Free returns",))
    second = await saving.save(1, POLICY, [gold], by=cast.mara, key="b", seen=seen)
    assert [record.level.name for record in second.scheme.tiers] == ["Gold"]
    assert second.scheme.tiers[0].uid == first.scheme.tiers[1].uid
    with pytest.raises(Stale):
        await saving.save(1, POLICY, TWO, by=cast.theo, key="c", seen=seen)
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
    asked = Question(1, policy, saved.scheme.levels, saved.scheme.levels)
    seen = await preview(asked)
    moving = {mover.name for mover in (await movers(asked, 0, 1)).rows}
    await sweep(1)
    raised = {person.name for person in (cast.ines, cast.rex) if await tier_of(person)}
    assert moving == raised
    assert "Ines Okafor" in moving
    assert (seen.moving, seen.staying) == (len(moving), 2 - len(moving))
    assert (await preview(asked)).flows == ()


@pytest.mark.parametrize("downgrade", list(TierDowngrade))
async def test_the_database_counts_as_the_rule_does(cast: Cast, downgrade: TierDowngrade) -> None:
    bronze, silver, gold = await levels(keep_threshold=30_000)
    await factories.tier_policy(1)
    spent = (0, 9_999, 10_000, 29_999, 30_000, 49_999, 50_000)
    held = (None, bronze.id, silver.id, gold.id)
    ids = iter(await many.customers(1, len(spent) * len(held)))
    for money in spent:
        for tier_id in held:
            person = replace(cast.ines, id=next(ids))
            if money:
                await factories.order(person, cast.web.id, money)
            if tier_id:
                await many.stands_in(person, tier_id)
    before = (await scheme(1)).levels
    after = [before[0], replace(before[2], threshold=40_000)]
    policy = TierPolicy(downgrade=downgrade)
    expected = Counter(
        (tier_id, to.id if (to := destination(policy, after, tier_id, money)) else None)
        for money in spent
        for tier_id in held
    )
    found = await preview(Question(1, policy, before, after))
    steps = (None, *(tier.id for tier in before)), (None, *(tier.id for tier in after))
    moved = {(steps[0][flow.from_step], steps[1][flow.to_step]): flow.members for flow in found.flows}
    expected[None, bronze.id] += 2  # Ines and Rex
    assert moved == {pair: count for pair, count in expected.items() if pair[0] != pair[1]}


async def test_a_preview_shows_who_falls_and_changes_nothing(cast: Cast) -> None:
    await gold_by_spend(cast)
    before = (await scheme(1)).levels
    asked = Question(1, POLICY, before, (Tier(id=1, name="Silver", rank=1, threshold=1_000_000),))
    (flow,) = (await preview(asked)).flows
    assert (flow.from_name, flow.to_name, flow.members, flow.up) == ("Gold", None, 1, False)
    (mover,) = (await movers(asked, flow.from_step, flow.to_step)).rows
    assert (mover.uid, mover.name, mover.metric) == (cast.ines.uid, "Ines Okafor", 50_000)
    assert await tier_of(cast.ines) == "Gold"


@pytest.mark.parametrize("window", [TierWindow.LIFETIME, TierWindow.ANNIVERSARY])
async def test_the_people_of_a_preview_come_in_pages(cast: Cast, window: TierWindow) -> None:
    await many.customers(1, 60)
    asked = Question(1, replace(POLICY, window=window), (), (Tier(id=1, name="All", rank=1, threshold=0),))
    (flow,) = (await preview(asked)).flows
    first = await movers(asked, 0, 1)
    rest = await movers(asked, 0, 1, first.next)
    assert len({mover.uid for mover in (*first.rows, *rest.rows)}) == flow.members == 62
    assert rest.next is None


async def test_without_a_policy_only_removed_tiers_move_anybody(cast: Cast) -> None:
    await gold_by_spend(cast)
    before = (await scheme(1)).levels
    (flow,) = (await preview(Question(1, None, before, before[:2]))).flows
    assert (flow.from_name, flow.to_name, flow.members) == ("Gold", None, 1)


async def test_a_draft_changes_nothing_until_it_is_put_in_force(cast: Cast) -> None:
    await gold_by_spend(cast)
    now = await ladder(1)
    tiers = [TierDraft(uid=now.rungs[2].tier.uid, name="Gold", rank=1, threshold=60_000)]
    uid = await drafting.keep(1, POLICY, tiers, seen=now.seen, by=cast.mara)
    drafted = await drafting.find(1, uid)
    seen = await drafting.moves(1, drafted)
    assert [(flow.from_name, flow.to_name, flow.members) for flow in seen.flows] == [("Gold", None, 1)]
    assert ("Gold", "To get in", 50_000, 60_000) in [
        (each.subject, each.label, each.before, each.after) for each in drafted.differences
    ]
    assert (await ladder(1)).rungs == now.rungs
    first = await drafting.put_in_force(1, uid, by=cast.mara, key="k")
    again = await drafting.put_in_force(1, uid, by=cast.mara, key="k")
    assert first.action.uid == again.action.uid
    await sweep(1)
    assert await tier_of(cast.ines) is None


async def test_a_draft_is_refused_once_somebody_else_changed_the_tiers(cast: Cast) -> None:
    now = (await ladder(1)).seen
    mine = await drafting.keep(1, POLICY, TWO, seen=now, by=cast.mara)
    theirs = await drafting.keep(1, POLICY, TWO[:1], seen=now, by=cast.theo)
    await drafting.put_in_force(1, theirs, by=cast.theo, key="t")
    assert (await drafting.find(1, mine)).stale
    with pytest.raises(Stale):
        await drafting.put_in_force(1, mine, by=cast.mara, key="m")
    with pytest.raises(NotFound):
        await drafting.find(2, mine)


async def test_old_drafts_are_forgotten(cast: Cast) -> None:
    uid = await drafting.keep(1, POLICY, TWO, seen="", by=cast.mara)
    with clock.at(START + 8 * DAY):
        await drafts.forget_old(1)
    with pytest.raises(NotFound):
        await drafting.find(1, uid)


async def test_changed_tiers_are_put_back_unless_they_changed_again(cast: Cast) -> None:
    await saving.save(1, POLICY, TWO, by=cast.mara, key="a")
    changed = await saving.save(1, None, TWO[:1], by=cast.mara, key="b")
    assert (await scheme(1)).policy is None
    await undo(1, changed.action.uid, by=cast.mara)
    assert (await scheme(1)).policy == POLICY
    third = await saving.save(1, POLICY, TWO[:1], by=cast.mara, key="c")
    await saving.save(1, POLICY, TWO, by=cast.mara, key="d")
    with pytest.raises(Stale):
        await undo(1, third.action.uid, by=cast.mara)


async def test_members_without_a_tier_are_looked_for_among_the_latest_active(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    await gold_by_spend(cast)
    await many.customers(1, 3)
    seen = []
    for most in (5, 2):
        monkeypatch.setattr("loyalty.ladder.LOOKED_AT", most)
        seen.append((await ladder(1)).without)
    assert seen == [Tally(4), Tally(1, at_least=True)]
