"""What starts an automation for somebody, how long it waits then, and what keeps it from them. PRODUCT M."""

from dataclasses import dataclass, replace
from datetime import timedelta

from db.enums import AutomationState, Exit, Trigger
from loyalty.errors import AlreadyDone, Invalid

LONGEST_DELAY = timedelta(days=365)
MOST_DAYS = 3660

BEFORE = (Trigger.BIRTHDAY, Trigger.EXPIRING)
"""Triggers whose days are counted backwards, from a day that is yet to come."""

FILLED = (Trigger.SEGMENT, Trigger.QUIET, Trigger.REACH)
"""Triggers that hold for people already when an automation is switched on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """When it begins for somebody. `days` before or after, for triggers that are days; `percent` of a reward's price.

    `exits` keep it from whoever did one of them since. `pause_days`: so long after one run no other begins.
    """

    trigger: Trigger
    days: int = 0
    percent: int = 100
    delay: timedelta = timedelta(0)
    exits: frozenset[Exit] = frozenset()
    pause_days: int = 0


def checked(terms: Terms) -> Terms:
    """The terms with only what their trigger needs. Raises Invalid naming what is out of bounds."""
    if not timedelta(0) <= terms.delay <= LONGEST_DELAY:
        raise Invalid("It can wait up to 365 days.", field="delay")
    if not 0 <= terms.pause_days <= MOST_DAYS:
        raise Invalid(f"The pause is 0 to {MOST_DAYS:,} days.", field="pause_days")
    days, percent, exits = 0, 100, terms.exits
    if terms.trigger is Trigger.QUIET and not 1 <= terms.days <= MOST_DAYS:
        raise Invalid(f"Choose 1 to {MOST_DAYS:,} days since the last order.", field="days")
    if terms.trigger in BEFORE and not 0 <= terms.days <= 365:
        raise Invalid("Choose 0 to 365 days before.", field="days")
    if terms.trigger is Trigger.QUIET or terms.trigger in BEFORE:
        days = terms.days
    if terms.trigger is Trigger.REACH:
        if not 1 <= terms.percent <= 100:
            raise Invalid("A share of the price is 1 to 100%.", field="percent")
        percent = terms.percent
    if terms.trigger is not Trigger.SEGMENT:
        exits -= {Exit.OUT_OF_SEGMENT}
    return replace(terms, days=days, percent=percent, exits=exits)


STANDS = {
    AutomationState.DRAFT: "is a draft",
    AutomationState.ON: "is switched on",
    AutomationState.PAUSED: "is paused",
    AutomationState.ARCHIVED: "is put away",
}
_LEGAL = {
    AutomationState.DRAFT: {AutomationState.ON, AutomationState.ARCHIVED},
    AutomationState.ON: {AutomationState.PAUSED, AutomationState.ARCHIVED},
    AutomationState.PAUSED: {AutomationState.ON, AutomationState.ARCHIVED},
    AutomationState.ARCHIVED: {AutomationState.DRAFT, AutomationState.PAUSED},
}
"""The database refuses every other move too. Only undoing leads out of `archived`."""


def move(name: str, now: AutomationState, to: AutomationState) -> AutomationState:
    """`to`, where it may follow. Raises AlreadyDone with where the automation stands."""
    if to not in _LEGAL[now]:
        raise AlreadyDone(f"“{name}” {STANDS[now]} already; look at it again before you go on.")
    return to
