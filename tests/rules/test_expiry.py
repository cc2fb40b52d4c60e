from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.enums import ExpiryPolicy
from loyalty.errors import Invalid
from loyalty.rules.expiry import (
    ExpiryPolicyTerms,
    checked,
    expires_at,
    lapses_at,
    move_reason,
    notice_due,
    redated,
    release_at,
)

BERLIN = ZoneInfo("Europe/Berlin")
ROLLING = ExpiryPolicyTerms(policy=ExpiryPolicy.ROLLING)
CALENDAR = ExpiryPolicyTerms(policy=ExpiryPolicy.CALENDAR)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def local(moment: datetime | None) -> str:
    assert moment is not None
    return moment.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")


def test_a_lot_lives_12_months_to_the_end_of_the_day_in_the_programmes_zone():
    assert local(expires_at(ROLLING, utc(2026, 3, 10, 12), BERLIN)) == "2027-03-11 00:00"


def test_the_day_is_the_programmes_not_utcs():
    assert local(expires_at(ROLLING, utc(2026, 3, 9, 23, 30), BERLIN)) == "2027-03-11 00:00"


def test_the_end_of_a_month_stays_in_the_month():
    month = ExpiryPolicyTerms(policy=ExpiryPolicy.ROLLING, months=1)
    assert local(expires_at(month, utc(2026, 1, 31, 12), BERLIN)) == "2026-03-01 00:00"
    assert local(expires_at(ROLLING, utc(2028, 2, 29, 12), BERLIN)) == "2029-03-01 00:00"


def test_a_period_in_days():
    days = ExpiryPolicyTerms(policy=ExpiryPolicy.ROLLING, days=90)
    assert local(expires_at(days, utc(2026, 1, 1, 12), BERLIN)) == "2026-04-02 00:00"


def test_without_a_policy_nothing_expires():
    assert expires_at(ExpiryPolicyTerms(policy=ExpiryPolicy.NONE), utc(2026, 1, 1), BERLIN) is None


def test_activity_moves_the_date_under_inactivity_only():
    idle = ExpiryPolicyTerms(policy=ExpiryPolicy.INACTIVITY, months=6)
    earned, active = utc(2026, 1, 10, 12), utc(2026, 4, 10, 12)
    assert local(expires_at(idle, earned, BERLIN)) == "2026-07-11 00:00"
    assert local(expires_at(idle, earned, BERLIN, last_activity=active)) == "2026-10-11 00:00"
    assert local(expires_at(ROLLING, earned, BERLIN, last_activity=active)) == "2027-01-11 00:00"


def test_calendar_points_live_a_full_period_and_die_on_the_next_calendar_day():
    assert local(expires_at(CALENDAR, utc(2026, 3, 10), BERLIN)) == "2028-01-01 00:00"
    same_year = ExpiryPolicyTerms(policy=ExpiryPolicy.CALENDAR, months=0)
    assert local(expires_at(same_year, utc(2026, 3, 10), BERLIN)) == "2027-01-01 00:00"
    june = ExpiryPolicyTerms(policy=ExpiryPolicy.CALENDAR, months=0, calendar_month=6, calendar_day=30)
    assert local(expires_at(june, utc(2026, 7, 1, 12), BERLIN)) == "2027-07-01 00:00"


@pytest.mark.parametrize("policy", [ExpiryPolicy.ROLLING, ExpiryPolicy.INACTIVITY])
def test_switching_expiry_on_spares_old_points_for_one_full_period(policy):
    terms = ExpiryPolicyTerms(policy=policy, since=utc(2026, 6, 1, 12))
    assert local(expires_at(terms, utc(2020, 1, 1), BERLIN)) == "2027-06-02 00:00"
    assert local(expires_at(terms, utc(2026, 7, 1, 12), BERLIN)) == "2027-07-02 00:00"


EXPIRES = utc(2027, 3, 10, 23)


def test_a_lot_with_a_notice_in_time_dies_on_its_day():
    told = EXPIRES - timedelta(days=7)
    assert lapses_at(ROLLING, EXPIRES, told, BERLIN) == EXPIRES


def test_a_lot_without_a_notice_lives_on():
    assert lapses_at(ROLLING, EXPIRES, None, BERLIN) is None
    assert lapses_at(ROLLING, None, EXPIRES, BERLIN) is None


def test_a_late_notice_moves_the_date_to_the_end_of_the_seventh_day_after_it():
    late = utc(2027, 3, 8, 12)
    assert local(lapses_at(ROLLING, EXPIRES, late, BERLIN)) == "2027-03-16 00:00"
    a_second_late = EXPIRES - timedelta(days=7) + timedelta(seconds=1)
    assert lapses_at(ROLLING, EXPIRES, a_second_late, BERLIN) > EXPIRES


def test_the_ledger_says_why_a_date_moved():
    assert "no notice" in move_reason(ROLLING, None)
    assert "less than 7 days" in move_reason(ROLLING, EXPIRES)


def test_notices_go_out_30_and_7_days_before_once_each():
    def due(days_before: int, *sent: int) -> int | None:
        return notice_due(ROLLING, EXPIRES, frozenset(sent), EXPIRES - timedelta(days=days_before))

    assert [due(31), due(30), due(30, 30), due(7, 30), due(7, 30, 7)] == [None, 30, None, 7, None]
    assert due(5) == 7
    assert due(-3) == 7
    assert due(-3, 7) is None


def test_order_points_are_held_14_days_by_date():
    assert local(release_at(utc(2026, 3, 20, 15), 14, BERLIN)) == "2026-04-03 00:00"
    assert release_at(utc(2026, 3, 20, 15), 0, BERLIN) == utc(2026, 3, 20, 15)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"policy": ExpiryPolicy.ROLLING, "months": 0}, "expiry_months"),
        ({"policy": ExpiryPolicy.CALENDAR, "months": 121}, "expiry_months"),
        ({"policy": ExpiryPolicy.ROLLING, "days": 0}, "expiry_days"),
        ({"policy": ExpiryPolicy.CALENDAR, "calendar_month": 2, "calendar_day": 29}, "calendar_day"),
        ({"policy": ExpiryPolicy.ROLLING, "notice_days": (3,)}, "notice_days"),
        ({"policy": ExpiryPolicy.ROLLING, "notice_days": ()}, "notice_days"),
    ],
)
def test_terms_that_can_not_work_are_refused(terms, field):
    with pytest.raises(Invalid) as refusal:
        checked(ExpiryPolicyTerms(**terms))
    assert refusal.value.field == field
    assert checked(ROLLING) is ROLLING


OFF = ExpiryPolicyTerms(policy=ExpiryPolicy.NONE)
HALF = ExpiryPolicyTerms(policy=ExpiryPolicy.ROLLING, months=6)
NOW = utc(2026, 9, 1, 10)


def moved(before: ExpiryPolicyTerms, after: ExpiryPolicyTerms, earned: datetime, **more: datetime) -> str:
    """The new date of a lot earned then, whose date was the policy's."""
    current = more.pop("current", None) or expires_at(before, earned, BERLIN)
    date = redated(before, after, earned, current, NOW, BERLIN, **more)
    return "never" if date is None else local(date - timedelta(seconds=1))[:10]


def test_switching_expiry_on_gives_everything_a_full_period_from_then():
    on = ExpiryPolicyTerms(policy=ExpiryPolicy.ROLLING, since=NOW)
    assert moved(OFF, on, utc(2020, 1, 1)) == "2027-09-01"
    assert moved(OFF, on, utc(2026, 9, 1)) == "2027-09-01"


def test_switching_expiry_off_takes_every_date():
    assert moved(ROLLING, OFF, utc(2026, 1, 10)) == "never"


def test_a_longer_period_counts_from_when_points_were_earned():
    assert moved(HALF, ROLLING, utc(2026, 5, 4)) == "2027-05-04"


def test_a_shorter_period_leaves_at_least_one_full_period_or_the_old_date():
    assert moved(ROLLING, HALF, utc(2026, 8, 30)) == "2027-03-01"
    assert moved(ROLLING, HALF, utc(2026, 3, 10)) == "2027-03-01"
    assert moved(ROLLING, HALF, utc(2025, 10, 1)) == "2026-10-01"


def test_points_with_a_shorter_life_of_their_own_keep_it():
    assert moved(ROLLING, HALF, utc(2026, 8, 20), current=utc(2026, 9, 20)) == "2026-09-20"
    assert moved(OFF, ROLLING, utc(2026, 8, 20), current=utc(2026, 9, 20)) == "2026-09-20"


def test_under_inactivity_the_last_activity_counts():
    still = ExpiryPolicyTerms(policy=ExpiryPolicy.INACTIVITY)
    assert moved(ROLLING, still, utc(2026, 1, 10), last_activity=utc(2026, 8, 1)) == "2027-08-01"
    assert moved(ROLLING, still, utc(2026, 1, 10)) == "2027-01-10"


@given(
    earned=st.datetimes(datetime(2024, 1, 1), datetime(2026, 8, 31), timezones=st.just(UTC)),
    old=st.integers(1, 36),
    new=st.integers(1, 36),
)
def test_no_change_brings_a_date_nearer_than_a_full_period(earned: datetime, old: int, new: int):
    before, after = (ExpiryPolicyTerms(policy=ExpiryPolicy.ROLLING, months=months) for months in (old, new))
    current = expires_at(before, earned, BERLIN)
    date, full = redated(before, after, earned, current, NOW, BERLIN), expires_at(after, NOW, BERLIN)
    assert date is not None
    assert full is not None
    assert current is not None
    assert date >= min(current, full)
