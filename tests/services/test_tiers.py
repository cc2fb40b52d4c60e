"""Tiers: reached, kept, lost, given by hand, previewed. PRODUCT F."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from db.engine import atomic, loads, one, rows, value
from db.enums import EntryKind, OrderStatus, TierDowngrade, TierMetric, TierWindow
from loyalty import clock
from loyalty.errors import Invalid, KeyReused, LoyaltyError, NotAMember, NotFound, Stale
from loyalty.ledger.locking import locked
from loyalty.rules.tiers import Tier, TierPolicy
from loyalty.tiers import saving, undoing
from loyalty.tiers.changing import change
from loyalty.tiers.evaluating import Evaluated, evaluate
from loyalty.tiers.preview import preview
from loyalty.tiers.saving import TierDraft
from loyalty.tiers.schemes import scheme
from loyalty.tiers.sweeping import due, sweep
from tests import factories
from tests.cast import Cast
from tests.factories import START, Made, Person

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
async def in_march() -> AsyncIterator[None]:
    with clock.at(START + timedelta(hours=1)):
        yield


async def levels(**gold: object) -> tuple[Made, Made, Made]:
    """Bronze from nothing, silver from €100, gold from €500."""
    return (
        await factories.tier(1, "Bronze", rank=1, threshold=0),
        await factories.tier(1, "Silver", rank=2, threshold=10_000),
        await factories.tier(1, "Gold", rank=3, threshold=50_000, **gold),
    )


async def look(person: Person, at: datetime | None = None) -> Evaluated | None:
    with clock.at(at or clock.now()):
        async with atomic():
            return await evaluate(await locked(person.programme_id, person.id))


async def tier_of(person: Person) -> str | None:
    found = await value(
        "SELECT t.name FROM customer_tiers s JOIN tiers t ON t.programme_id = s.programme_id AND t.id = s.tier_id"
        " WHERE s.programme_id = {} AND s.customer_id = {}",
        person.programme_id,
        person.id,
    )
    return str(found) if found else None


async def undo_last(cast: Cast) -> str:
    action = await one("SELECT * FROM actions WHERE programme_id = 1 AND undo IS NOT NULL ORDER BY id DESC")
    assert action is not None
    async with atomic():
        return await undoing.undo(1, {**action, "undo": loads(action["undo"])}, by=cast.mara)


# --- reached


async def test_exactly_on_the_line_is_in(cast: Cast) -> None:
    await levels()
    await factories.tier_policy(1)
    await factories.order(cast.ines, cast.web.id, 49_999)
    assert (await look(cast.ines)) is not None
    assert await tier_of(cast.ines) == "Silver"
    await factories.order(cast.ines, cast.web.id, 1)
    moved = await look(cast.ines)
    assert moved is not None
    assert (moved.from_name, moved.to_name, moved.action.sentence) == (
        "Silver",
        "Gold",
        "Ines Okafor is now Gold",
    )
    assert await look(cast.ines) is None


async def test_only_kept_money_of_paid_orders_counts(cast: Cast) -> None:
    await levels()
    await factories.tier_policy(1)
    await factories.order(cast.ines, cast.web.id, 60_000, refunded_minor=55_000)
    await factories.order(cast.ines, cast.web.id, 60_000, status=OrderStatus.PENDING)
    await factories.order(cast.ines, cast.web.id, 60_000, test=True)
    await factories.order(cast.ines, cast.web.id, 60_000, earns=False)
    await look(cast.ines)
    assert await tier_of(cast.ines) == "Bronze"


async def test_orders_are_counted_without_those_fully_refunded(cast: Cast) -> None:
    await factories.tier(1, "Regular", rank=1, threshold=2)
    await factories.tier_policy(1, metric="orders")
    await factories.order(cast.ines, cast.web.id, 500)
    await factories.order(cast.ines, cast.web.id, 500, refunded_minor=500)
    await look(cast.ines)
    assert await tier_of(cast.ines) is None
    await factories.order(cast.ines, cast.web.id, 500)
    await look(cast.ines)
    assert await tier_of(cast.ines) == "Regular"


async def test_points_count_when_they_qualify(cast: Cast) -> None:
    await factories.tier(1, "Regular", rank=1, threshold=100)
    await factories.tier_policy(1, metric="points", period="calendar_year")
    await factories.give(cast.ines, 500)
    await factories.give(cast.ines, 99, qualifying=True)
    await look(cast.ines)
    assert await tier_of(cast.ines) is None
    await factories.give(cast.ines, 1, qualifying=True)
    await look(cast.ines)
    assert await tier_of(cast.ines) == "Regular"


async def test_a_year_begins_at_midnight_in_the_programmes_zone(cast: Cast) -> None:
    await factories.tier(1, "Regular", rank=1, threshold=1)
    await factories.tier_policy(1, period="calendar_year")
    await factories.order(cast.ines, cast.web.id, 500, at=datetime(2025, 12, 31, 22, 59, tzinfo=UTC))
    await look(cast.ines)
    assert await tier_of(cast.ines) is None
    await factories.order(cast.ines, cast.web.id, 500, at=datetime(2025, 12, 31, 23, 0, tzinfo=UTC))
    await look(cast.ines)
    assert await tier_of(cast.ines) == "Regular"


@pytest.mark.parametrize("who", ["olu", "pia"])
async def test_guests_and_people_who_left_are_not_moved(cast: Cast, who: str) -> None:
    await levels()
    await factories.tier_policy(1)
    assert await look(getattr(cast, who)) is None
    assert await tier_of(getattr(cast, who)) is None


async def test_without_a_policy_nobody_moves(cast: Cast) -> None:
    await levels()
    assert await look(cast.ines) is None
    assert await due(1) == ()


# --- kept and lost


async def gold_by_spend(cast: Cast, at: datetime = START, **policy: object) -> None:
    await levels(keep_threshold=30_000)
    await factories.tier_policy(1, **policy)
    await factories.order(cast.ines, cast.web.id, 50_000, at=at)
    await look(cast.ines)
    assert await tier_of(cast.ines) == "Gold"


async def test_a_calendar_year_tier_lasts_to_the_end_of_the_next_year(cast: Cast) -> None:
    await gold_by_spend(cast, period="calendar_year")
    await look(cast.ines, datetime(2027, 12, 31, 22, 30, tzinfo=UTC))
    assert await tier_of(cast.ines) == "Gold"
    lost = await look(cast.ines, datetime(2027, 12, 31, 23, 30, tzinfo=UTC))
    assert lost is not None
    assert (lost.raised, await tier_of(cast.ines)) == (False, "Bronze")


async def test_keeping_needs_less_than_reaching(cast: Cast) -> None:
    await gold_by_spend(cast, period="calendar_year")
    await factories.order(cast.ines, cast.web.id, 30_000, at=datetime(2027, 5, 1, tzinfo=UTC))
    await look(cast.ines, datetime(2027, 5, 1, tzinfo=UTC))
    await look(cast.ines, datetime(2028, 6, 1, tzinfo=UTC))
    assert await tier_of(cast.ines) == "Gold"
    await look(cast.ines, datetime(2029, 1, 2, tzinfo=UTC))
    assert await tier_of(cast.ines) == "Bronze"


async def test_one_step_down_is_one_step_a_period(cast: Cast) -> None:
    await gold_by_spend(cast, period="calendar_year", downgrade="one_step")
    await look(cast.ines, datetime(2028, 1, 2, tzinfo=UTC))
    assert await tier_of(cast.ines) == "Silver"
    await look(cast.ines, datetime(2028, 12, 1, tzinfo=UTC))
    assert await tier_of(cast.ines) == "Silver"
    await look(cast.ines, datetime(2029, 1, 2, tzinfo=UTC))
    assert await tier_of(cast.ines) == "Bronze"


async def test_a_tier_that_is_never_taken_away_stays(cast: Cast) -> None:
    await gold_by_spend(cast, period="rolling", rolling_days=30, downgrade="never")
    await look(cast.ines, START + 400 * DAY)
    assert await tier_of(cast.ines) == "Gold"


async def test_a_rolling_window_forgets_after_its_days_and_grace(cast: Cast) -> None:
    await gold_by_spend(cast, period="rolling", rolling_days=30, grace_days=10)
    await look(cast.ines, START + 29 * DAY)
    assert await value("SELECT grace_until FROM customer_tiers WHERE programme_id = 1") is None
    await look(cast.ines, START + 30 * DAY)
    assert await tier_of(cast.ines) == "Gold"
    assert await value("SELECT grace_until FROM customer_tiers WHERE programme_id = 1") is not None
    await look(cast.ines, START + 42 * DAY)
    assert await tier_of(cast.ines) == "Bronze"


async def test_a_membership_year_begins_on_the_day_of_joining(cast: Cast) -> None:
    await gold_by_spend(cast, period="anniversary")
    await look(cast.ines, datetime(2028, 3, 1, 12, tzinfo=UTC))
    assert await tier_of(cast.ines) == "Gold"
    await look(cast.ines, datetime(2028, 3, 2, 12, tzinfo=UTC))
    assert await tier_of(cast.ines) == "Bronze"


async def test_refunds_in_a_lifetime_window_take_the_tier_away(cast: Cast) -> None:
    await gold_by_spend(cast)
    await factories.run("UPDATE orders SET refunded_minor = 45000 WHERE programme_id = 1")
    await look(cast.ines)
    assert await tier_of(cast.ines) == "Bronze"


async def test_the_sweep_finds_whose_date_has_come(cast: Cast) -> None:
    await gold_by_spend(cast, period="calendar_year")
    await sweep(1)
    assert await due(1) == ()
    with clock.at(datetime(2028, 1, 2, tzinfo=UTC)):
        assert cast.ines.id in await due(1)
        assert await sweep(1) == 1
        assert await due(1) == ()
    assert await tier_of(cast.ines) == "Bronze"


async def test_a_rolling_window_is_swept_every_day(cast: Cast) -> None:
    await gold_by_spend(cast, period="rolling", rolling_days=30)
    await sweep(1)
    with clock.at(START + DAY):
        assert set(await due(1)) == {cast.ines.id, cast.rex.id}


# --- entry rewards


async def test_entering_pays_points_and_a_reward_once_a_period(cast: Cast) -> None:
    mug = await factories.reward(1, "Mug")
    await levels(entry_points=250, entry_rewards=[mug.uid])
    await factories.tier_policy(1, period="rolling", rolling_days=30)
    first = await factories.order(cast.ines, cast.web.id, 50_000)
    await look(cast.ines)
    assert await factories.entries(cast.ines) == [(EntryKind.TIER_REWARD, 250)]
    key = await value("SELECT key FROM ledger_entries WHERE programme_id = 1")
    assert key.startswith("tier:")
    assert key.endswith(":30d-2026-03-02:points")
    await factories.run(
        "UPDATE orders SET refunded_minor = total_minor WHERE programme_id = 1 AND id = {}", first.id
    )
    await look(cast.ines)
    assert await tier_of(cast.ines) == "Bronze"
    await factories.order(cast.ines, cast.web.id, 50_000)
    await look(cast.ines)
    assert await tier_of(cast.ines) == "Gold"
    assert await factories.balance(cast.ines) == 250
    assert await value("SELECT count(*) FROM issued_rewards WHERE programme_id = 1 AND source = 'tier'") == 1
    await factories.order(cast.ines, cast.web.id, 50_000, at=START + 45 * DAY)
    await look(cast.ines, START + 40 * DAY)
    await look(cast.ines, START + 45 * DAY)
    assert await factories.balance(cast.ines) == 500


# --- by hand


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
    await factories.run("UPDATE orders SET refunded_minor = total_minor WHERE programme_id = 1")
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
    assert await undo_last(cast) == "Ines Okafor has no tier again"
    assert await tier_of(cast.ines) is None
    assert await factories.balance(cast.ines) == 0
    assert await value("SELECT status FROM issued_rewards WHERE programme_id = 1") == "void"
    assert await value("SELECT floor_until FROM customer_tiers WHERE programme_id = 1") is None
    with pytest.raises(Stale):
        await undo_last(cast)


async def test_two_changes_at_once_are_one_after_the_other(cast: Cast) -> None:
    silver, gold = await paying_levels()
    results = await asyncio.gather(
        *(change(1, cast.ines.id, tier.uid, by=cast.theo, key=tier.uid) for tier in (silver, gold)),
        return_exceptions=True,
    )
    assert not [result for result in results if isinstance(result, LoyaltyError)]
    assert len(await rows("SELECT id FROM tier_changes WHERE programme_id = 1")) == 2


# --- saving and preview

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
    assert await undo_last(cast) == "The tiers are as they were before"
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
