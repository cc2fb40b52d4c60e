"""Whether a message may be sent to somebody, and if not, why not (PRODUCT L1, M5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from db.enums import ContactChannel, ContactTopic

TOPICS = (ContactTopic.WEEKLY_DIGEST, ContactTopic.NEW_REWARDS, ContactTopic.BIG_SALES)
"""What a customer can narrow their messages to."""

PAUSES = {"month": timedelta(days=30), "quarter": timedelta(days=91), "half_year": timedelta(days=182)}
"""How long a pause lasts, by the key of its answer."""


class Refusal(StrEnum):
    """Why a message isn't sent; the text is what a merchant reads."""

    ERASED = "The person was erased."
    LEFT = "They have left the programme."
    GUEST = "Only members read messages in the portal."
    NO_ADDRESS = "There is no address for this channel."
    UNSUBSCRIBED = "They unsubscribed from this channel."
    NOT_ASKED = "They never agreed to this channel."
    PAUSED = "They paused messages."
    TOPIC = "They asked for other messages only."


@dataclass(frozen=True, slots=True)
class Contact:
    """What is known when something is to be sent. `chosen` None: never asked about the channel.

    `agreed` is consent from elsewhere, such as the shop's own newsletter box. `topics` None: never narrowed.
    """

    reachable: bool
    chosen: bool | None
    agreed: bool = False
    topics: frozenset[ContactTopic] | None = None
    paused_until: datetime | None = None
    erased: bool = False
    left: bool = False
    guest: bool = False


def why_not(about: Contact, channel: ContactChannel, topic: ContactTopic, now: datetime) -> Refusal | None:
    """None: send it.

    SERVICE is what a customer must be told, such as a code or an expiry: it needs an address and no consent.
    In the portal nobody is disturbed, so being a member is consent enough until they say no.
    """
    if about.erased:
        return Refusal.ERASED
    if channel is ContactChannel.PORTAL and about.guest:
        return Refusal.GUEST
    if not about.reachable:
        return Refusal.NO_ADDRESS
    if topic is ContactTopic.SERVICE:
        return None
    if about.left:
        return Refusal.LEFT
    if about.chosen is False:
        return Refusal.UNSUBSCRIBED
    if about.chosen is None and not about.agreed and channel is not ContactChannel.PORTAL:
        return Refusal.NOT_ASKED
    if about.paused_until is not None and now < about.paused_until:
        return Refusal.PAUSED
    if about.topics is not None and topic not in about.topics:
        return Refusal.TOPIC
    return None


def pause_of(keys: Iterable[str]) -> timedelta:
    """How long a pause with these answers lasts; nothing for none."""
    return max((PAUSES[key] for key in keys if key in PAUSES), default=timedelta())
