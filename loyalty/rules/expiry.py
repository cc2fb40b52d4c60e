"""When points die, when they become available, and the notice without which nothing dies. PRODUCT C9, J1."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from db.enums import ExpiryPolicy
from loyalty.errors import Invalid
from loyalty.rules.days import add_months, day_end, day_start, local_day

LONGEST_MONTHS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiryPolicyTerms:
    """How a programme's points die.

    The period is `months`, or `days` when set. Under `calendar` points live for at least the period and die
    at the end of the next `calendar_month`/`calendar_day`; with 0 months that is the end of the same
    year. `since` is when expiry was switched on: until a full period later nothing dies.
    A notice counts when it was delivered `required_days` before.
    """

    policy: ExpiryPolicy
    months: int = 12
    days: int | None = None
    since: datetime | None = None
    calendar_month: int = 12
    calendar_day: int = 31
    notice_days: tuple[int, ...] = (30, 7)
    required_days: int = 7


def checked(terms: ExpiryPolicyTerms) -> ExpiryPolicyTerms:
    """Terms that can work. Raises Invalid naming the field."""
    least = 0 if terms.policy is ExpiryPolicy.CALENDAR else 1
    if terms.days is None and not least <= terms.months <= LONGEST_MONTHS:
        raise Invalid(f"Points can live {least} to {LONGEST_MONTHS} months.", field="expiry_months")
    if terms.days is not None and not 1 <= terms.days <= LONGEST_MONTHS * 31:
        raise Invalid("Points must live at least one day and at most ten years.", field="expiry_days")
    try:
        date(2001, terms.calendar_month, terms.calendar_day)
    except ValueError:
        raise Invalid(
            "The day on which points expire doesn't exist every year.", field="calendar_day"
        ) from None
    if not terms.notice_days or max(terms.notice_days) < terms.required_days:
        raise Invalid("The first notice must go out before the last day it counts.", field="notice_days")
    return terms


def expires_at(
    terms: ExpiryPolicyTerms, credited_at: datetime, zone: ZoneInfo, *, last_activity: datetime | None = None
) -> datetime | None:
    """The first moment at which the lot is dead: the end of a business day, in UTC; None is never.

    `last_activity` (an earning or a redemption) counts under inactivity only, where every activity
    moves the date of all lots. `credited_at` is when the points were earned, not when their hold ends.
    """
    if terms.policy is ExpiryPolicy.NONE:
        return None
    starts = [credited_at]
    if terms.since is not None:
        starts.append(terms.since)
    if terms.policy is ExpiryPolicy.INACTIVITY and last_activity is not None:
        starts.append(last_activity)
    last = _period_after(terms, local_day(max(starts), zone))
    if terms.policy is ExpiryPolicy.CALENDAR:
        last = _next_calendar_day(terms, last)
    return day_end(last, zone)


def redated(
    before: ExpiryPolicyTerms,
    after: ExpiryPolicyTerms,
    credited_at: datetime,
    current: datetime | None,
    now: datetime,
    zone: ZoneInfo,
    *,
    last_activity: datetime | None = None,
) -> datetime | None:
    """The date of an open lot when the policy changes from `before` to `after` at `now`. PRODUCT J1.

    It is what the new policy says, but a date that comes sooner than the old one never lies within one
    full new period from now, unless it lay there already. A lot with a shorter life of its own (a rule's,
    one given by hand, a grace lot) keeps it.
    """
    if after.policy is ExpiryPolicy.NONE:
        return None
    natural = expires_at(after, credited_at, zone, last_activity=last_activity)
    full_period = expires_at(after, now, zone)
    assert natural is not None
    assert full_period is not None
    if current is None:
        return max(natural, full_period)
    was = expires_at(before, credited_at, zone, last_activity=last_activity)
    if was is None or current < was:
        return current
    return max(natural, min(current, full_period))


def notice_due(
    terms: ExpiryPolicyTerms, expires: datetime, sent: frozenset[int], now: datetime
) -> int | None:
    """Which notice should go out now, as its days before expiry: the latest reached and not yet sent."""
    if now >= expires:
        return None if sent else min(terms.notice_days)
    reached = [days for days in terms.notice_days if expires - timedelta(days=days) <= now]
    if not reached or min(reached) in sent:
        return None
    return min(reached)


def lapses_at(
    terms: ExpiryPolicyTerms, expires: datetime | None, notified_at: datetime | None, zone: ZoneInfo
) -> datetime | None:
    """The moment a lot really dies, given when its first notice was delivered. PRODUCT J1.

    None while no notice was delivered: an unannounced lot lives on. A late notice moves the date to the
    end of the day `required_days` after it.
    """
    if expires is None or notified_at is None:
        return None
    in_time = expires - timedelta(days=terms.required_days)
    if notified_at <= in_time:
        return expires
    return day_end(local_day(notified_at, zone) + timedelta(days=terms.required_days), zone)


def move_reason(terms: ExpiryPolicyTerms, notified_at: datetime | None) -> str:
    """What the ledger says about a date that moved."""
    if notified_at is None:
        return "The expiry date moved because no notice has been delivered yet."
    return (
        f"The expiry date moved because the notice was delivered less than {terms.required_days} days before."
    )


def release_at(credited_at: datetime, hold_days: int, zone: ZoneInfo) -> datetime:
    """When order points become spendable: the start of the business day `hold_days` later. PRODUCT C9.

    0 days is at once. Depends on the date alone, never on when a job runs.
    """
    if hold_days <= 0:
        return credited_at
    return day_start(local_day(credited_at, zone) + timedelta(days=hold_days), zone)


def _period_after(terms: ExpiryPolicyTerms, day: date) -> date:
    if terms.days is not None:
        return day + timedelta(days=terms.days)
    return add_months(day, terms.months)


def _next_calendar_day(terms: ExpiryPolicyTerms, day: date) -> date:
    this_year = date(day.year, terms.calendar_month, terms.calendar_day)
    return this_year if this_year >= day else this_year.replace(year=day.year + 1)
