"""Tiers: who stands where, for how long, and what a change by hand may do. PRODUCT F."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from db.enums import TierDowngrade, TierMetric, TierWindow
from loyalty.errors import Invalid
from loyalty.rules.days import day_end, local_day
from loyalty.rules.tier_windows import period_end, window_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A level. Thresholds are in the policy's metric: minor units, points or orders; on the line is in.

    `keep_threshold` None means the same as to get in. `multiplier_percent` 150 earns one and a half.
    """

    id: int
    name: str
    rank: int
    threshold: int
    keep_threshold: int | None = None
    multiplier_percent: int = 100
    entry_points: int = 0

    @property
    def keeps_at(self) -> int:
        """What a customer needs to stay."""
        return self.threshold if self.keep_threshold is None else self.keep_threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class TierPolicy:
    """How tiers are reached and lost. PRODUCT F1.

    In calendar years and membership years a tier lasts to the end of the period after the one in which
    it was reached or kept. In rolling and lifetime windows it is judged anew at every evaluation.
    """

    metric: TierMetric = TierMetric.SPEND
    window: TierWindow = TierWindow.LIFETIME
    rolling_days: int = 365
    grace_days: int = 0
    downgrade: TierDowngrade = TierDowngrade.TO_QUALIFIED


class TierMove(StrEnum):
    RAISED = "raised"
    LOWERED = "lowered"
    KEPT = "kept"
    GRACE = "grace"


@dataclass(frozen=True, slots=True)
class Floor:
    """A tier given by hand: until that moment automatic evaluation never goes below it. PRODUCT F2."""

    tier_id: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What is stored of a customer's tier; `tier_id` None is no tier."""

    tier_id: int | None = None
    qualified_until: datetime | None = None
    grace_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The standing an evaluation leaves, what kind of change it is and why, as a sentence."""

    tier: Tier | None
    move: TierMove
    qualified_until: datetime | None
    grace_until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Progress:
    """The way to the next tier; `missing` in the metric, `percent` of the next threshold."""

    next: Tier | None
    missing: int
    percent: int


def checked(tiers: Sequence[Tier]) -> tuple[Tier, ...]:
    """Tiers in order of rank. Raises Invalid: thresholds must rise with rank, names and ranks be unique."""
    ordered = tuple(sorted(tiers, key=lambda tier: tier.rank))
    for tier in ordered:
        if tier.threshold < 0 or not 0 <= tier.keeps_at <= tier.threshold:
            raise Invalid(f"Keeping {tier.name} can't need more than reaching it.", field="keep_threshold")
        if not 0 <= tier.multiplier_percent <= 10_000:
            raise Invalid(
                f"{tier.name}: the multiplier goes from 0 to 10000 percent.", field="multiplier_percent"
            )
    for lower, higher in pairwise(ordered):
        if lower.rank == higher.rank:
            raise Invalid(f"{lower.name} and {higher.name} have the same rank.", field="rank")
        if higher.threshold <= lower.threshold:
            raise Invalid(f"{higher.name} must need more than {lower.name}.", field="threshold")
    if len({tier.name.casefold() for tier in ordered}) < len(ordered):
        raise Invalid("Two tiers have the same name.", field="name")
    return ordered


def qualified(tiers: Sequence[Tier], metric: int) -> Tier | None:
    """The highest tier whose threshold is reached."""
    return max((t for t in tiers if t.threshold <= metric), key=lambda tier: tier.rank, default=None)


def evaluate(
    policy: TierPolicy,
    tiers: Sequence[Tier],
    standing: Standing,
    metric: int,
    now: datetime,
    *,
    zone: ZoneInfo,
    joined_on: date,
    floor: Floor | None = None,
) -> Outcome:
    """Where the customer stands now. PRODUCT F1, F2.

    `metric` is measured over `window_days`. A grace begins when the qualification ended, not when somebody
    looked; only in rolling and lifetime windows, which know no such date, it begins at this evaluation.
    """
    current = find(tiers, standing.tier_id)
    held = find(tiers, floor.tier_id) if floor is not None and floor.until > now else None
    reached = qualified(tiers, metric)
    target = max(reached, held, key=rank)
    if rank(target) > rank(current):
        why = "qualified" if target is reached else "given by hand"
        return Outcome(
            target, TierMove.RAISED, _next_end(policy, now, zone, joined_on), None, _sentence(target, why)
        )
    if current is None:
        return Outcome(None, TierMove.KEPT, None, None, "No tier is reached yet.")
    if metric >= current.keeps_at:
        until = _next_end(policy, now, zone, joined_on)
        return Outcome(current, TierMove.KEPT, until, None, _sentence(current, "still qualified"))
    if target is current:
        return Outcome(
            current, TierMove.KEPT, standing.qualified_until, None, _sentence(current, "given by hand")
        )
    if standing.qualified_until is not None and now < standing.qualified_until:
        return Outcome(
            current, TierMove.KEPT, standing.qualified_until, None, _sentence(current, "lasts until its date")
        )
    if policy.downgrade is TierDowngrade.NEVER:
        return Outcome(
            current, TierMove.KEPT, standing.qualified_until, None, _sentence(current, "is never taken away")
        )
    grace_until = standing.grace_until or _grace_end(policy, standing.qualified_until or now, zone)
    if now < grace_until:
        return Outcome(
            current,
            TierMove.GRACE,
            standing.qualified_until,
            grace_until,
            _sentence(current, "in its grace period"),
        )
    lower = (
        target
        if policy.downgrade is TierDowngrade.TO_QUALIFIED
        else max(target, _below(tiers, current), key=rank)
    )
    until = _end_after_lowering(policy, now, zone, joined_on)
    return Outcome(
        lower, TierMove.LOWERED, until, None, _sentence(lower, "no longer qualified for " + current.name)
    )


def refuse_change(tiers: Sequence[Tier], current_id: int | None, target_id: int) -> Tier:
    """The tier to change to by hand. Raises Invalid for the same or an unknown tier. PRODUCT F2."""
    target = find(tiers, target_id)
    if target is None:
        raise Invalid("There is no such tier in this programme.", field="tier")
    if current_id == target_id:
        raise Invalid(f"The customer already has {target.name}.", field="tier")
    return target


def tiers_passed(tiers: Sequence[Tier], from_id: int | None, to_id: int | None) -> tuple[Tier, ...]:
    """The tiers a rise enters, lowest first, the new one last; empty when it isn't a rise."""
    low, high = rank(find(tiers, from_id)), rank(find(tiers, to_id))
    return tuple(sorted((t for t in tiers if low < t.rank <= high), key=lambda tier: tier.rank))


def rewarded(
    tiers: Sequence[Tier], from_id: int | None, to_id: int, *, trigger: bool, every_tier_passed: bool = False
) -> tuple[Tier, ...]:
    """The tiers whose entry rewards a change pays: none unless triggered, and only upward. PRODUCT F2."""
    passed = tiers_passed(tiers, from_id, to_id) if trigger else ()
    return passed if every_tier_passed else passed[-1:]


def progress(tiers: Sequence[Tier], tier_id: int | None, metric: int) -> Progress:
    """How far it is to the next tier above the current one."""
    above = [tier for tier in tiers if tier.rank > rank(find(tiers, tier_id))]
    following = min(above, key=lambda tier: tier.rank, default=None)
    if following is None:
        return Progress(None, 0, 100)
    reached = max(0, metric)
    missing = max(0, following.threshold - reached)
    return Progress(following, missing, reached * 100 // following.threshold if missing else 100)


def find(tiers: Sequence[Tier], tier_id: int | None) -> Tier | None:
    """The tier of that id; None for no tier and for one that is gone."""
    return next((tier for tier in tiers if tier.id == tier_id), None)


def rank(tier: Tier | None) -> int:
    """Ranks for comparing; no tier is below every tier."""
    return -1 if tier is None else tier.rank


def _next_end(policy: TierPolicy, now: datetime, zone: ZoneInfo, joined_on: date) -> datetime | None:
    if policy.window in (TierWindow.LIFETIME, TierWindow.ROLLING):
        return None
    this_end = period_end(policy.window, local_day(now, zone), joined_on)
    return day_end(period_end(policy.window, this_end + timedelta(days=1), joined_on), zone)


def _end_after_lowering(
    policy: TierPolicy, now: datetime, zone: ZoneInfo, joined_on: date
) -> datetime | None:
    """A lower tier is safe for the rest of the period, so that one step is one step per period."""
    today = local_day(now, zone)
    if policy.window is TierWindow.LIFETIME:
        return None
    if policy.window is TierWindow.ROLLING:
        return day_end(today + timedelta(days=policy.rolling_days), zone)
    return day_end(period_end(policy.window, today, joined_on), zone)


def _grace_end(policy: TierPolicy, start: datetime, zone: ZoneInfo) -> datetime:
    if policy.grace_days <= 0:
        return start
    return day_end(local_day(start, zone) + timedelta(days=policy.grace_days), zone)


def _below(tiers: Sequence[Tier], tier: Tier) -> Tier | None:
    return max((t for t in tiers if t.rank < tier.rank), key=rank, default=None)


def _sentence(tier: Tier | None, why: str) -> str:
    return f"{'No tier' if tier is None else tier.name}: {why}."


__all__ = [
    "Floor",
    "Outcome",
    "Progress",
    "Standing",
    "Tier",
    "TierMove",
    "TierPolicy",
    "checked",
    "evaluate",
    "find",
    "progress",
    "qualified",
    "rank",
    "refuse_change",
    "rewarded",
    "tiers_passed",
    "window_days",
]
