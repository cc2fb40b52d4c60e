from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.enums import TierDowngrade, TierMetric, TierWindow
from loyalty.errors import Invalid
from loyalty.rules.days import Days
from loyalty.rules.tier_previews import destination
from loyalty.rules.tier_windows import period_end, period_key, window_days
from loyalty.rules.tiers import (
    Floor,
    Outcome,
    Standing,
    Tier,
    TierMove,
    TierPolicy,
    checked,
    evaluate,
    progress,
    qualified,
    refuse_change,
    rewarded,
    tiers_passed,
)
from tests.rules.properties import property_test

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
JOINED = date(2024, 2, 29)
BRONZE = Tier(id=1, name="Bronze", rank=1, threshold=0)
SILVER = Tier(id=2, name="Silver", rank=2, threshold=500, keep_threshold=300)
GOLD = Tier(id=3, name="Gold", rank=3, threshold=1000, multiplier_percent=150)
PLATINUM = Tier(id=4, name="Platinum", rank=4, threshold=5000)
TIERS = (BRONZE, SILVER, GOLD, PLATINUM)
YEARLY = TierPolicy(window=TierWindow.CALENDAR_YEAR, grace_days=30)
ROLLING = TierPolicy(window=TierWindow.ROLLING, rolling_days=90)
LIFETIME = TierPolicy()


def judged(
    policy: TierPolicy, standing: Standing, metric: int, now: datetime = NOW, floor: Floor | None = None
) -> Outcome:
    return evaluate(policy, TIERS, standing, metric, now, zone=BERLIN, joined_on=JOINED, floor=floor)


def after(outcome: Outcome) -> Standing:
    return Standing(outcome.tier and outcome.tier.id, outcome.qualified_until, outcome.grace_until)


def test_on_the_line_is_in():
    assert qualified(TIERS, 999) is SILVER
    assert qualified(TIERS, 1000) is GOLD
    assert qualified((GOLD,), 999) is None


def test_spending_raises_at_once_over_several_tiers():
    up = judged(LIFETIME, Standing(1), 5000)
    assert (up.tier, up.move, up.reason) == (PLATINUM, TierMove.RAISED, "Platinum: qualified.")


def test_a_yearly_tier_lasts_to_the_end_of_the_next_year():
    up = judged(YEARLY, Standing(1), 1000)
    assert up.qualified_until == datetime(2027, 12, 31, 23, tzinfo=UTC)
    new_year = judged(YEARLY, after(up), 0, datetime(2027, 1, 1, tzinfo=UTC))
    assert (new_year.tier, new_year.move) == (GOLD, TierMove.KEPT)


def test_keeping_needs_its_own_threshold_and_prolongs_the_tier():
    standing = Standing(2, datetime(2026, 12, 31, 23, tzinfo=UTC))
    kept = judged(YEARLY, standing, 300)
    assert (kept.tier, kept.move, kept.qualified_until) == (
        SILVER,
        TierMove.KEPT,
        datetime(2027, 12, 31, 23, tzinfo=UTC),
    )
    assert judged(YEARLY, standing, 299).qualified_until == standing.qualified_until


def test_grace_begins_when_the_qualification_ended_not_when_somebody_looked():
    ended = Standing(3, datetime(2025, 12, 31, 23, tzinfo=UTC))
    grace = judged(YEARLY, ended, 0, datetime(2026, 1, 20, tzinfo=UTC))
    assert (grace.tier, grace.move) == (GOLD, TierMove.GRACE)
    assert grace.grace_until == datetime(2026, 1, 31, 23, tzinfo=UTC)
    assert judged(YEARLY, ended, 0, datetime(2026, 2, 20, tzinfo=UTC)).move is TierMove.LOWERED


def test_in_a_rolling_window_grace_begins_when_it_is_first_seen_and_is_not_renewed():
    patient = replace(ROLLING, grace_days=30)
    grace = judged(patient, Standing(3), 0)
    later = judged(patient, after(grace), 0, NOW + timedelta(days=20))
    assert (grace.move, later.move, later.grace_until) == (TierMove.GRACE, TierMove.GRACE, grace.grace_until)
    assert judged(patient, after(later), 0, NOW + timedelta(days=31)).move is TierMove.LOWERED


def test_qualifying_in_the_grace_period_ends_it():
    grace = Standing(3, datetime(2025, 12, 31, 23, tzinfo=UTC), datetime(2026, 1, 31, tzinfo=UTC))
    saved = judged(YEARLY, grace, 1000, datetime(2026, 1, 20, tzinfo=UTC))
    assert (saved.tier, saved.grace_until, saved.move) == (GOLD, None, TierMove.KEPT)


@pytest.mark.parametrize(
    ("downgrade", "tier", "move"),
    [
        (TierDowngrade.TO_QUALIFIED, BRONZE, TierMove.LOWERED),
        (TierDowngrade.ONE_STEP, GOLD, TierMove.LOWERED),
        (TierDowngrade.NEVER, PLATINUM, TierMove.KEPT),
    ],
)
def test_the_policy_says_how_far_down(downgrade, tier, move):
    down = judged(replace(ROLLING, downgrade=downgrade), Standing(4), 0)
    assert (down.tier, down.move) == (tier, move)


def test_one_step_is_one_step_per_period():
    one_step = replace(ROLLING, downgrade=TierDowngrade.ONE_STEP)
    down = judged(one_step, Standing(4), 0)
    assert judged(one_step, after(down), 0, NOW + timedelta(days=89)).tier is GOLD
    assert judged(one_step, after(down), 0, NOW + timedelta(days=91)).tier is SILVER


def test_one_step_never_goes_below_what_is_qualified():
    one_step = replace(ROLLING, downgrade=TierDowngrade.ONE_STEP)
    assert judged(one_step, Standing(3), 600).tier is SILVER


def test_a_tier_given_by_hand_is_a_floor_until_its_date():
    floor = Floor(3, NOW + timedelta(days=30))
    assert judged(ROLLING, Standing(3), 0, floor=floor).tier is GOLD
    assert judged(ROLLING, Standing(1), 0, floor=floor).tier is GOLD
    assert judged(ROLLING, Standing(3), 5000, floor=floor).tier is PLATINUM
    assert judged(ROLLING, Standing(4), 0, floor=floor).tier is GOLD
    assert judged(ROLLING, Standing(3), 0, NOW + timedelta(days=30), floor).tier is BRONZE


def test_a_refund_lowers_a_lifetime_tier_too():
    assert judged(LIFETIME, Standing(3), 900).tier is SILVER


def test_a_tier_that_is_gone_counts_as_none():
    assert judged(LIFETIME, Standing(99), 600).move is TierMove.RAISED
    none = evaluate(LIFETIME, (GOLD,), Standing(99), 0, NOW, zone=BERLIN, joined_on=JOINED)
    assert (none.tier, none.move) == (None, TierMove.KEPT)


def test_below_the_lowest_tier_there_is_none():
    down = evaluate(LIFETIME, (GOLD,), Standing(3), 0, NOW, zone=BERLIN, joined_on=JOINED)
    assert (down.tier, down.reason) == (None, "No tier: no longer qualified for Gold.")


@given(
    st.sampled_from(TierWindow),
    st.sampled_from(TierDowngrade),
    st.integers(0, 60),
    st.sampled_from([None, 1, 2, 3, 4]),
    st.integers(0, 6000),
    st.integers(0, 4),
)
@property_test
def test_evaluation_never_goes_below_what_is_qualified_or_given_by_hand(
    window, downgrade, grace, now_in, metric, held
):
    policy = TierPolicy(metric=TierMetric.SPEND, window=window, grace_days=grace, downgrade=downgrade)
    floor = Floor(held, NOW + timedelta(days=1)) if held else None
    outcome = judged(policy, Standing(now_in), metric, floor=floor)
    least = max(qualified(TIERS, metric).rank, held)
    assert outcome.tier.rank >= least
    again = judged(policy, after(outcome), metric, floor=floor)
    assert again.move in (TierMove.KEPT, TierMove.GRACE, TierMove.LOWERED)
    assert outcome.move is TierMove.LOWERED or again.tier is outcome.tier


def test_thresholds_must_rise_with_rank():
    assert checked([GOLD, BRONZE, SILVER]) == (BRONZE, SILVER, GOLD)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(GOLD, threshold=500), "threshold"),
        (replace(GOLD, rank=2), "rank"),
        (replace(GOLD, name="silver"), "name"),
        (replace(GOLD, keep_threshold=1001), "keep_threshold"),
        (replace(GOLD, threshold=-1), "keep_threshold"),
        (replace(GOLD, multiplier_percent=-5), "multiplier_percent"),
    ],
)
def test_tiers_that_contradict_each_other_are_refused(wrong, field):
    with pytest.raises(Invalid) as refusal:
        checked([SILVER, wrong])
    assert refusal.value.field == field


def test_the_same_tier_is_refused_by_hand():
    assert refuse_change(TIERS, 2, 3) is GOLD
    with pytest.raises(Invalid, match="already has Gold"):
        refuse_change(TIERS, 3, 3)
    with pytest.raises(Invalid, match="no such tier"):
        refuse_change(TIERS, 3, 9)


def test_rewards_are_triggered_only_upward_for_the_new_tier_or_every_tier_passed():
    assert tiers_passed(TIERS, None, 3) == (BRONZE, SILVER, GOLD)
    assert rewarded(TIERS, 1, 3, trigger=True) == (GOLD,)
    assert rewarded(TIERS, 1, 3, trigger=True, every_tier_passed=True) == (SILVER, GOLD)
    assert rewarded(TIERS, 1, 3, trigger=False) == ()
    assert rewarded(TIERS, 3, 1, trigger=True, every_tier_passed=True) == ()


def test_progress_to_the_next_tier():
    way = progress(TIERS, 2, 600)
    assert (way.next, way.missing, way.percent) == (GOLD, 400, 60)
    assert progress(TIERS, 4, 9000).next is None
    assert progress(TIERS, 1, 700).missing == 0
    assert progress(TIERS, None, -5).percent == 100


def test_windows_are_whole_days():
    today = date(2026, 6, 15)
    assert window_days(TierWindow.LIFETIME, today, JOINED) == Days(None, today)
    assert window_days(TierWindow.ROLLING, today, JOINED, 90) == Days(date(2026, 3, 18), today)
    assert window_days(TierWindow.CALENDAR_YEAR, today, JOINED) == Days(date(2026, 1, 1), date(2026, 12, 31))
    assert window_days(TierWindow.ANNIVERSARY, today, JOINED) == Days(date(2026, 2, 28), date(2027, 2, 27))


def test_who_joined_on_29_february_has_the_28th_in_common_years():
    assert window_days(TierWindow.ANNIVERSARY, date(2026, 2, 27), JOINED).first == date(2025, 2, 28)
    assert window_days(TierWindow.ANNIVERSARY, date(2028, 2, 28), JOINED).first == date(2027, 2, 28)
    assert window_days(TierWindow.ANNIVERSARY, date(2028, 2, 29), JOINED).first == date(2028, 2, 29)
    assert period_end(TierWindow.ANNIVERSARY, date(2027, 3, 1), JOINED) == date(2028, 2, 28)


def test_a_period_key_changes_exactly_with_the_period():
    assert period_key(TierWindow.LIFETIME, date(2026, 6, 15), JOINED) == "lifetime"
    assert period_key(TierWindow.CALENDAR_YEAR, date(2026, 6, 15), JOINED) == "2026"
    assert period_key(TierWindow.ANNIVERSARY, date(2026, 2, 27), JOINED) == "2025-02-28"
    assert period_key(TierWindow.ANNIVERSARY, date(2026, 2, 28), JOINED) == "2026-02-28"
    keys = {period_key(TierWindow.ROLLING, JOINED + timedelta(days=day), JOINED, 90) for day in range(180)}
    assert keys == {"90d-2024-02-29", "90d-2024-05-29"}


def test_a_preview_says_where_everybody_ends_up():
    cheaper_gold = [BRONZE, SILVER, replace(GOLD, threshold=600)]
    people = ((3, 1000), (2, 700), (2, 350), (9, 0), (3, 400), (None, 600))
    found = [destination(TierPolicy(), cheaper_gold, tier_id, metric) for tier_id, metric in people]
    assert [tier.name if tier else None for tier in found] == [
        "Gold",
        "Gold",
        "Silver",
        "Bronze",
        "Bronze",
        "Gold",
    ]


def test_a_preview_lowers_nobody_where_tiers_are_never_taken_away():
    never = TierPolicy(downgrade=TierDowngrade.NEVER)
    assert destination(never, [BRONZE, SILVER, GOLD], GOLD.id, 0) == GOLD
    assert destination(never, [BRONZE, SILVER], GOLD.id, 0) == BRONZE
