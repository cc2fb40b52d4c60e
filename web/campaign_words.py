"""How campaigns read to merchants."""

from db.enums import (
    Arm,
    CampaignState,
    ContactChannel,
    ContactTopic,
    LeftOut,
    Objective,
    OfferKind,
    RecipientState,
)
from loyalty.campaigns.promises import Promise, State
from loyalty.campaigns.stored import Campaign
from loyalty.rules.campaigns.channels import read
from web import automation_words
from web.filters import Formats
from web.words import Look

STATES = {
    CampaignState.DRAFT: Look("Draft"),
    CampaignState.SCHEDULED: Look("Scheduled", "accent"),
    CampaignState.SENDING: Look("Being sent", "note"),
    CampaignState.PAUSED: Look("Paused", "warn"),
    CampaignState.SENT: Look("Sent", "good"),
    CampaignState.CANCELLED: Look("Cancelled"),
}
OBJECTIVES = {
    Objective.WIN_BACK: Look("Win people back", icon="undo-2"),
    Objective.SECOND_ORDER: Look("Bring about a second purchase", icon="shopping-bag"),
    Objective.SELL_MORE: Look("Sell more", icon="coins"),
    Objective.SPEND_POINTS: Look("Have points spent", icon="gift"),
    Objective.THANK: Look("Say thank you", icon="heart-handshake"),
    Objective.ANNOUNCE: Look("Tell what is new", icon="megaphone"),
}
ABOUT = {
    Objective.WIN_BACK: "For those who used to come and stayed away.",
    Objective.SECOND_ORDER: "For those who bought once.",
    Objective.SELL_MORE: "For those who buy already.",
    Objective.SPEND_POINTS: "For those who save without spending.",
    Objective.THANK: "For those who stand by you.",
    Objective.ANNOUNCE: "A new reward, an event, other hours.",
}
TOPICS = {
    ContactTopic.OTHER: "Anything else",
    ContactTopic.BIG_SALES: "A big sale",
    ContactTopic.NEW_REWARDS: "New rewards",
    ContactTopic.WEEKLY_DIGEST: "The weekly digest",
}
OFFERS = {
    OfferKind.NONE: Look("Nothing, just the message", icon="mail"),
    OfferKind.POINTS: Look("Points", icon="coins"),
    OfferKind.MULTIPLIER: Look("More points on the next orders", icon="sparkles"),
    OfferKind.NTH_ORDER: Look("A bonus on the nth order", icon="shopping-bag"),
    OfferKind.PRICE_CUT: Look("A reward for less", icon="percent"),
    OfferKind.REWARD: Look("A reward", icon="gift"),
    OfferKind.CODE: Look("A code of your shop", icon="ticket"),
}
ENDINGS = {
    OfferKind.PRICE_CUT: "The reward costs them what it costs everybody again. What they got for less stays theirs.",
    OfferKind.MULTIPLIER: "Their next orders earn what they usually do. What orders have earned already stays theirs.",
    OfferKind.NTH_ORDER: "The bonus isn’t promised any more. Whoever has an order towards it already keeps it.",
    OfferKind.REWARD: "Codes that weren’t used are void at once, at the till too. What was used stays used.",
}
"""What becomes of each offer that is ended for everybody at once."""

CHANNELS = {
    ContactChannel.EMAIL: Look("E-mail", icon="mail"),
    ContactChannel.PORTAL: Look("Message in the portal", icon="inbox"),
    ContactChannel.SMS: Look("Text message", icon="smartphone"),
}
REACHES = {
    ContactChannel.EMAIL: "Who has an address and agreed to e-mails.",
    ContactChannel.PORTAL: "Every member who didn’t switch it off, without any address.",
    ContactChannel.SMS: "Who has a phone number and agreed to text messages; your endpoint sends them on.",
}
STEPS = {
    "objective": "Objective",
    "audience": "Audience",
    "offer": "Offer",
    "message": "Message",
    "schedule": "Schedule",
    "review": "Review",
}
"""The steps of the wizard, by the last part of their address, in their order."""


def room(campaign: Campaign) -> str:
    """The place of the navigation it belongs to."""
    return "/admin/campaigns" if campaign.automation_id is None else "/admin/automations"


def steps(campaign: Campaign) -> dict[str, str]:
    """The steps of this one: an automation has no audience but something that starts it."""
    return STEPS if campaign.automation_id is None else automation_words.STEPS


PEOPLE = {
    RecipientState.WAITING: Look("Waiting"),
    RecipientState.POSTED: Look("On its way", "note"),
    RecipientState.DELIVERED: Look("Delivered", "good"),
    RecipientState.FAILED: Look("Failed", "bad"),
    RecipientState.BOUNCED: Look("Came back", "bad"),
    RecipientState.HELD: Look("Held back", "accent"),
    RecipientState.LEFT_OUT: Look("Left out", "warn"),
    RecipientState.CANCELLED: Look("Not sent any more"),
}
WHY = {
    LeftOut.EXCLUDED: "In a segment that is kept out",
    LeftOut.UNSUBSCRIBED: "Unsubscribed from e-mails",
    LeftOut.NOT_ASKED: "Never agreed to e-mails",
    LeftOut.PAUSED: "Paused their messages",
    LeftOut.TOPIC: "Asked for other messages only",
    LeftOut.CAPPED: "Had as many messages as you allow",
    LeftOut.NO_ADDRESS: "No e-mail address",
    LeftOut.BOUNCED: "Their address doesn’t exist",
    LeftOut.NO_CHANNEL: "Reached by none of the channels",
    LeftOut.TEXTS_STOPPED: "Unsubscribed from text messages",
    LeftOut.TEXTS_NOT_ASKED: "Never agreed to text messages",
    LeftOut.NO_PHONE: "No phone number",
    LeftOut.PORTAL_STOPPED: "Switched off messages in the portal",
    LeftOut.NOT_MEMBER: "Guests have no portal",
    LeftOut.LEFT: "Left the programme",
    LeftOut.GUEST: "Guests can’t be given anything",
    LeftOut.GONE: "Erased or merged",
    LeftOut.NO_VALUE: "A field had no value",
    LeftOut.OFFER: "The offer couldn’t be given",
    LeftOut.ORDERED: "Ordered since",
    LeftOut.OUT_OF_SEGMENT: "Left the segment since",
    LeftOut.REDEEMED: "Redeemed a reward since",
    LeftOut.REVIEWED: "Wrote a review since",
}
"""Why somebody is left out, those a merchant can do something about first."""


PROMISES = {
    State.WAITING: Look("Waiting", "good"),
    State.EARNED: Look("Earned"),
    State.OVER: Look("Over"),
    State.WITHDRAWN: Look("Withdrawn", "bad"),
    State.GIVEN: Look("Given", "accent"),
}
"""Where something is that a campaign promised somebody."""

_GONE = "A reward that isn’t offered any more"

ARMS = {Arm.TREATMENT: "Got it", Arm.CONTROL: "Held back", Arm.BROADCAST: "Got the general message"}


def offer(campaign: Campaign, fmt: Formats, rewards: dict[str, str]) -> str:
    """What everybody gets, in a few words. `rewards` are names by public id."""
    given = campaign.offer
    match given.kind:
        case OfferKind.POINTS:
            return f"{fmt.amount(given.points)} as a gift"
        case OfferKind.MULTIPLIER:
            where = f" in {', '.join(given.categories)}" if given.categories else ""
            orders = "the next order" if given.uses == 1 else f"each of the next {given.uses} orders"
            return f"{fmt.times(given.percent)} {fmt.unit_many} on {orders}{where}, {_within(given.days)}"
        case OfferKind.NTH_ORDER:
            which = "next order" if given.nth == 1 else f"{ordinal(given.nth)} order from then on"
            return f"{fmt.amount(given.points)} on the {which}, {_within(given.days)}"
        case OfferKind.PRICE_CUT:
            return f"{rewards.get(given.reward, _GONE)} for {given.percent}% less, {_for(given.days)}"
        case OfferKind.REWARD:
            return rewards.get(given.reward, _GONE)
        case OfferKind.CODE:
            return f"A code of your shop, each another one, {_for(given.days)}"
        case _:
            return "Nothing but the message"


def promise(each: Promise, fmt: Formats) -> str:
    """What somebody was given, in a few words."""
    match each.kind:
        case OfferKind.NTH_ORDER:
            which = "the next order" if each.nth == 1 else f"the {ordinal(each.nth)} order"
            return f"{fmt.amount(each.points)} on {which}"
        case OfferKind.PRICE_CUT:
            return f"{each.name} for {fmt.num(each.points)} instead of {fmt.num(each.was)}"
        case _:
            return f"Code {each.code}"


def ordinal(number: int) -> str:
    """1 → 1st, 12 → 12th."""
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ends.get(number % 10, 'th')}"


def _for(days: int) -> str:
    return "on the same day" if days == 1 else f"for {days} days"


def _within(days: int) -> str:
    return "on the same day" if days == 1 else f"within {days} days"


def channels(campaign: Campaign) -> str:
    """By which channels it goes, in a few words."""
    return ", ".join(CHANNELS[each].label for each in CHANNELS if each in campaign.channels)


def by_channel(ways: str) -> str:
    """Why none of the channels reaches somebody, in words, from what is kept beside that reason."""
    return "; ".join(WHY[why] for why in read(ways).values() if why is not None)


def points(tenths: int) -> str:
    """Tenths of a percentage point as a merchant reads them: 25 → 2.5."""
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)


def percent(share: float) -> str:
    """A share with one decimal: 0.125 → 12.5%."""
    return f"{points(round(share * 1000))}%"
