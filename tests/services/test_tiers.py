"""Tiers: reached, kept and lost. PRODUCT F1."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from db.engine import run, value
from db.enums import EntryKind, OrderStatus
from loyalty import clock
from loyalty.tiers.sweeping import due, sweep
from tests import factories
from tests.cast import Cast
from tests.factories import START
from tests.tiering import gold_by_spend, levels, look, tier_of

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
async def in_march() -> AsyncIterator[None]:
    with clock.at(START + timedelta(hours=1)):
        yield


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
    await run("UPDATE orders SET refunded_minor = 45000 WHERE programme_id = 1")
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
    await run("UPDATE orders SET refunded_minor = total_minor WHERE programme_id = 1 AND id = {}", first.id)
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
