"""How automations read to merchants."""

from collections.abc import Sequence

from db.enums import AutomationState, Exit, Trigger
from loyalty.automations.stored import Automation
from web.words import Look

STATES = {
    AutomationState.DRAFT: Look("Draft"),
    AutomationState.ON: Look("On", "good"),
    AutomationState.PAUSED: Look("Paused", "warn"),
    AutomationState.ARCHIVED: Look("Put away"),
}
TRIGGERS = {
    Trigger.SEGMENT: Look("Enters a segment", icon="list-filter"),
    Trigger.JOINED: Look("Joins the programme", icon="user-plus"),
    Trigger.FIRST_ORDER: Look("Orders for the first time", icon="shopping-bag"),
    Trigger.ORDER: Look("Orders", icon="receipt-text"),
    Trigger.QUIET: Look("Hasn’t ordered for so many days", icon="hourglass"),
    Trigger.REACH: Look("Comes within reach of a reward", icon="gift"),
    Trigger.TIER: Look("Reaches a tier", icon="layers"),
    Trigger.BIRTHDAY: Look("Has their birthday", icon="cake"),
    Trigger.EXPIRING: Look("Is about to lose points", icon="coins"),
}
EXITS = {
    Exit.ORDERED: "ordered since",
    Exit.REDEEMED: "redeemed a reward since",
    Exit.REVIEWED: "wrote a review since",
    Exit.OUT_OF_SEGMENT: "left the segment",
}
ABOUT_TRIGGERS = {
    Trigger.SEGMENT: "Once they have been in it for two nights.",
    Trigger.JOINED: "Once in their life.",
    Trigger.FIRST_ORDER: "Once in their life.",
    Trigger.ORDER: "Each order, with the pause you set.",
    Trigger.QUIET: "Looked at every morning.",
    Trigger.REACH: "When their balance rises to it.",
    Trigger.TIER: "When they rise to a higher one.",
    Trigger.BIRTHDAY: "On the day, or some days before.",
    Trigger.EXPIRING: "Some days before they expire.",
}
STEPS = {
    "objective": "Objective",
    "trigger": "When",
    "offer": "Offer",
    "message": "Message",
    "schedule": "Limits",
    "review": "Review",
}
"""The steps of an automation, by the last part of their address, in their order."""


def starts(automation: Automation) -> str:
    """What it waits for, as the first half of a sentence."""
    terms = automation.terms
    match terms.trigger:
        case Trigger.SEGMENT:
            return f"When somebody enters {automation.segment.name if automation.segment else 'a segment'}"
        case Trigger.JOINED:
            return "When somebody joins"
        case Trigger.FIRST_ORDER:
            return "When somebody orders for the first time"
        case Trigger.ORDER:
            return "When somebody orders"
        case Trigger.QUIET:
            return f"When somebody hasn’t ordered for {_days(terms.days)}"
        case Trigger.REACH:
            reward = automation.reward.name if automation.reward else "the cheapest reward"
            share = "the price" if terms.percent == 100 else f"{terms.percent}% of the price"
            return f"When somebody’s balance reaches {share} of {reward}"
        case Trigger.TIER:
            return f"When somebody reaches {automation.tier.name if automation.tier else 'a higher tier'}"
        case Trigger.BIRTHDAY:
            return (
                f"{_days(terms.days)} before somebody’s birthday" if terms.days else "On somebody’s birthday"
            )
        case Trigger.EXPIRING:
            return f"{_days(terms.days)} before points expire" if terms.days else "On the day points expire"


def sentence(automation: Automation, given: str = "", without: Sequence[str] = ()) -> str:
    """All of what it does, in words; `given` is what it gives, empty: nothing. PRODUCT O6.

    `without` are the names of the segments whose people are kept out.
    """
    terms = automation.terms
    wait = f"wait {delay(automation)}, then " if terms.delay else ""
    gift = f", with {given}," if given else ""
    exits = [text for each, text in EXITS.items() if each in terms.exits]
    unless = f" unless they {' or '.join(exits)}" if exits else ""
    pause = f" Nobody gets it twice within {_days(terms.pause_days)}." if terms.pause_days else ""
    never = f" Nobody of {' or '.join(without)} gets it." if without else ""
    given_too = gift if unless else gift.removesuffix(",")
    return f"{starts(automation)}, {wait}send the message{given_too}{unless}.{never}{pause}"


def delay(automation: Automation) -> str:
    """How long it waits: 3 days, 1 hour, 20 minutes; at once."""
    amount, unit = parts(automation)
    if not amount:
        return "at once"
    return f"{amount:,} {unit.removesuffix('s') if amount == 1 else unit}"


def parts(automation: Automation) -> tuple[int, str]:
    """The delay in the largest unit in which it is whole."""
    minutes = int(automation.terms.delay.total_seconds() // 60)
    for size, unit in ((1440, "days"), (60, "hours")):
        if minutes and minutes % size == 0:
            return minutes // size, unit
    return minutes, "minutes" if minutes else "days"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"
