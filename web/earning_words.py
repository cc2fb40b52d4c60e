"""Earning rules in plain sentences. PRODUCT I1."""

from collections.abc import Mapping
from dataclasses import dataclass

from db.enums import DryRunState, EarningTrigger, MultiplierSource, RuleStatus
from loyalty.dry_runs.results import Touched
from loyalty.earning.actions import UNTOLD
from loyalty.earning.names import EarningNames
from loyalty.multipliers.listing import State
from loyalty.rules.earning_conditions import Barrier
from loyalty.rules.earning_rules import (
    Base,
    Matching,
    Per,
    Period,
    Rounding,
    RoundingAt,
    RuleDefinition,
    Stacking,
)
from web.filters import Formats
from web.words import Look

STATUSES = {
    RuleStatus.DRAFT: Look("Draft", "warn"),
    RuleStatus.ACTIVE: Look("Active", "good"),
    RuleStatus.PAUSED: Look("Paused"),
    RuleStatus.ARCHIVED: Look("Archived"),
}
TRIGGERS = {
    EarningTrigger.ORDER: "an order",
    EarningTrigger.SIGNUP: "joining",
    EarningTrigger.BIRTHDAY: "a birthday",
    EarningTrigger.REVIEW: "an approved review",
    EarningTrigger.REFERRAL: "a completed referral",
    EarningTrigger.SOCIAL_SHARE: "a share",
    EarningTrigger.VISIT: "a visit",
    EarningTrigger.PROFILE: "a completed profile",
    EarningTrigger.QUIZ: "a finished quiz",
    EarningTrigger.POLL: "a vote in a poll",
    EarningTrigger.CHALLENGE: "a completed challenge",
    EarningTrigger.CUSTOM: "an event sent by the API",
}
WEEKDAYS = {1: "Monday", 2: "Tuesday", 3: "Wednesday", 4: "Thursday", 5: "Friday", 6: "Saturday", 7: "Sunday"}
PERIODS = {Period.DAY: "day", Period.WEEK: "week", Period.MONTH: "month", Period.YEAR: "year"}
ROUNDINGS = {
    Rounding.FLOOR: "Rounded down",
    Rounding.HALF_UP: "Rounded to the nearest",
    Rounding.CEIL: "Rounded up",
}

BARRIERS = {
    Barrier.TRIGGER: "It isn’t about orders",
    Barrier.TIER: "Not for this tier",
    Barrier.SEGMENT: "Not for these segments",
    Barrier.WEEKDAY: "Not on this weekday",
    Barrier.DATES: "Not on this day",
    Barrier.FIRST_ORDER: "Only for a first order",
    Barrier.STORE: "Not at this store",
    Barrier.CHANNEL: "Not in this channel",
    Barrier.MIN_SPEND: "The order is too small",
}
DRY_RUNS = {
    DryRunState.WAITING: Look("Waiting", "warn"),
    DryRunState.RUNNING: Look("Running", "note"),
    DryRunState.DONE: Look("Done", "good"),
    DryRunState.CANCELLED: Look("Cancelled"),
    DryRunState.FAILED: Look("Failed", "bad"),
}
TOUCHED = {Touched.WINNERS: "Winners", Touched.LOSERS: "Losers", Touched.MOVERS: "Other tier"}
MULTIPLIERS = {
    State.WAITING: Look("Waiting", "good"),
    State.USED: Look("Used"),
    State.OVER: Look("Over"),
    State.WITHDRAWN: Look("Withdrawn", "bad"),
}
MULTIPLIER_SOURCES = {
    MultiplierSource.PREFERENCE: "for their favourite",
    MultiplierSource.CAMPAIGN: "by a campaign",
    MultiplierSource.STAFF: "by hand",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what a rule says."""

    label: str
    said: str


def sentence(rule: RuleDefinition, names: EarningNames, fmt: Formats) -> str:
    """“3 points per $1 of items, except products tagged no-points; Gold and up earn more.”"""
    parts = [gives(rule, fmt, whole=True)]
    if rule.exclude:
        parts.append(f"except {products(rule.exclude)}")
    if rule.weekdays:
        parts.append("on " + listed([f"{WEEKDAYS[day]}s" for day in rule.weekdays], "and"))
    if rule.stores or rule.channels:
        where = [names.stores.get(store, "a former store") for store in rule.stores]
        parts.append("at " + listed([*where, *rule.channels], "or"))
    if rule.tiers:
        parts.append("for " + listed([names.tier(tier) for tier in rule.tiers], "and"))
    if rule.segments:
        parts.append("for people in " + listed(list(names.segments.names(rule.segments)), "or"))
    if rule.first_order_only:
        parts.append("on a first order")
    if rule.min_spend_minor:
        parts.append(f"from {money(rule.min_spend_minor, fmt)}")
    if rule.starts_on or rule.ends_on:
        parts.append(dates(rule, fmt))
    text = ", ".join(parts)
    richer = names.richer if rule.tier_multiplier else ""
    return f"{text}; {richer} earn more" if richer else text


def gives(rule: RuleDefinition, fmt: Formats, *, whole: bool = False) -> str:
    """How much for what; `whole` says on which products, too."""
    amount = f"{fmt.num(rule.points)} {fmt.unit(rule.points)}"
    these = products(rule.include) if whole and rule.include else ""
    if rule.trigger is EarningTrigger.REVIEW:
        media = f" with a {listed(list(rule.include.tags), 'or')}" if whole and rule.include.tags else ""
        return f"{amount} for {TRIGGERS[rule.trigger]}{media}"
    if rule.trigger is not EarningTrigger.ORDER:
        return f"{amount} for {TRIGGERS[rule.trigger]}"
    if rule.per is Per.QUANTITY:
        return f"{amount} per piece" + (f" of {these}" if these else "")
    if rule.per is Per.ORDER or rule.per_minor is None:
        return f"{amount} per order" + (f" with {these}" if these else "")
    base = "items" if rule.base is Base.ITEMS else "the order total"
    return f"{amount} per {money(rule.per_minor, fmt)} of {these or base}"


def facts(rule: RuleDefinition, names: EarningNames, fmt: Formats) -> tuple[Fact, ...]:
    """Everything the rule says, line by line; what it leaves open isn't there."""
    said: dict[str, str] = {"Name": rule.name, "Gives": gives(rule, fmt)}
    if rule.include:
        said["Only on"] = products(rule.include)
    if rule.exclude:
        said["Except"] = products(rule.exclude)
    if rule.gift_cards:
        said["Gift cards"] = "Earn, too"
    if rule.stores:
        said["Stores"] = listed([names.stores.get(store, "a former store") for store in rule.stores], "and")
    if rule.channels:
        said["Channels"] = listed(list(rule.channels), "and")
    if rule.tiers:
        said["Tiers"] = listed([names.tier(tier) for tier in rule.tiers], "and")
    if rule.segments:
        said["Segments"] = listed(list(names.segments.names(rule.segments)), "or")
    if rule.weekdays:
        said["Weekdays"] = listed([WEEKDAYS[day] for day in rule.weekdays], "and")
    if rule.starts_on or rule.ends_on:
        said["Dates"] = dates(rule, fmt)
    if rule.min_spend_minor:
        said["Smallest order"] = fmt.money(rule.min_spend_minor)
    if rule.first_order_only:
        said["First order"] = "Only a customer’s first"
    if rule.max_points_per_order:
        said["Limit per order"] = (
            f"{fmt.num(rule.max_points_per_order)} {fmt.unit(rule.max_points_per_order)}"
        )
    if rule.period and rule.max_points_per_period:
        most = rule.max_points_per_period
        said["Limit per customer"] = f"{fmt.num(most)} {fmt.unit(most)} a {PERIODS[rule.period]}"
    if rule.trigger is EarningTrigger.ORDER and rule.per is not Per.ORDER:
        said["Beside other rules"] = "Adds up" if rule.stacking is Stacking.SUM else "The best one counts"
    if rule.per is Per.AMOUNT or rule.tier_multiplier:
        where = "per order" if rule.rounding_at is RoundingAt.ORDER else "line by line"
        said["Rounding"] = f"{ROUNDINGS[rule.rounding]} {where}"
    said["Tier multiplier"] = "Counts" if rule.tier_multiplier else "Doesn’t count"
    if rule.hold_days is not None:
        said["Held back"] = f"{rule.hold_days} days"
    if rule.expiry_days is not None:
        said["Expires after"] = f"{rule.expiry_days} days"
    return tuple(Fact(label, text) for label, text in said.items())


@dataclass(frozen=True, slots=True)
class Change:
    """A line that two versions say differently; None where one says nothing."""

    label: str
    before: str | None
    after: str | None


def changes(
    before: RuleDefinition, after: RuleDefinition, names: EarningNames, fmt: Formats
) -> tuple[Change, ...]:
    """What differs between two versions, in the order of `facts`."""
    old = {fact.label: fact.said for fact in facts(before, names, fmt)}
    new = {fact.label: fact.said for fact in facts(after, names, fmt)}
    labels = [*new, *(label for label in old if label not in new)]
    return tuple(
        Change(label, old.get(label), new.get(label)) for label in labels if old.get(label) != new.get(label)
    )


def products(marks: Matching) -> str:
    """The products of a condition in words."""
    said = [*marks.categories, *(f"products tagged {tag}" for tag in marks.tags)]
    said += [f"SKU {sku}" for sku in marks.skus] + [f"product {product}" for product in marks.products]
    return listed(said, "and")


def dates(rule: RuleDefinition, fmt: Formats) -> str:
    if rule.starts_on and rule.ends_on:
        return f"from {fmt.full_day(rule.starts_on)} to {fmt.full_day(rule.ends_on)}"
    if rule.starts_on:
        return f"from {fmt.full_day(rule.starts_on)}"
    assert rule.ends_on is not None
    return f"until {fmt.full_day(rule.ends_on)}"


def money(minor: int, fmt: Formats) -> str:
    """$1 rather than $1.00, $1.50 as it is."""
    said = fmt.money(minor)
    for empty in (".00", ",00"):
        said = said.replace(empty, "")
    return said


def listed(words: list[str], last: str) -> str:
    """“a, b and c”."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


FIELDS = {
    "name": "Name", "trigger": "For", "points": "Points", "per": "Given", "per_amount": "For every", "base": "Of",
    "stores": "Stores", "tiers": "Tiers", "segments": "Segments",
    "weekdays": "Weekdays", "starts_on": "First day", "ends_on": "Last day",
    "min_spend": "Smallest order", "channels": "Sales channels", "max_points_per_order": "Limit per order",
    "max_points_per_period": "Limit per customer", "period": "Limit’s period", "stacking": "Beside other rules",
    "hold_days": "Held back", "expiry_days": "Expires after", "effective": "First day in force", "status": "Save as",
}  # fmt: skip
"""What the form's fields are called where its errors are summed up."""

LABELS: Mapping[EarningTrigger, str] = {
    trigger: said[:1].upper() + said[1:] for trigger, said in TRIGGERS.items()
}


def triggers(chosen: str) -> list[tuple[str, str]]:
    """The choices of a form: what happens, and what a rule from a file is for already."""
    return [(trigger, said) for trigger, said in LABELS.items() if trigger not in UNTOLD or trigger == chosen]
