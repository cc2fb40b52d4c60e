"""By which channels a campaign reaches people, and why somebody can't be reached by one. PRODUCT M1, M5."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from db.enums import ContactChannel, LeftOut
from loyalty.errors import Invalid
from loyalty.rules.consent import Refusal

_EMAIL, _SMS, _PORTAL = ContactChannel.EMAIL, ContactChannel.SMS, ContactChannel.PORTAL

REASONS: Mapping[ContactChannel, Mapping[Refusal, LeftOut]] = {
    _EMAIL: {
        Refusal.NO_ADDRESS: LeftOut.NO_ADDRESS,
        Refusal.UNSUBSCRIBED: LeftOut.UNSUBSCRIBED,
        Refusal.NOT_ASKED: LeftOut.NOT_ASKED,
    },
    _SMS: {
        Refusal.NO_ADDRESS: LeftOut.NO_PHONE,
        Refusal.UNSUBSCRIBED: LeftOut.TEXTS_STOPPED,
        Refusal.NOT_ASKED: LeftOut.TEXTS_NOT_ASKED,
    },
    _PORTAL: {
        Refusal.GUEST: LeftOut.NOT_MEMBER,
        Refusal.UNSUBSCRIBED: LeftOut.PORTAL_STOPPED,
    },
}
"""What keeps somebody from one channel alone; every other refusal keeps them from all."""

_ALWAYS = {
    Refusal.ERASED: LeftOut.GONE,
    Refusal.LEFT: LeftOut.LEFT,
    Refusal.GUEST: LeftOut.GUEST,
    Refusal.PAUSED: LeftOut.PAUSED,
    Refusal.TOPIC: LeftOut.TOPIC,
}

REACHED = "ok"


@dataclass(frozen=True, slots=True)
class Channels:
    """At least one, in the order of ContactChannel. Raises Invalid for none."""

    chosen: tuple[ContactChannel, ...] = (_EMAIL,)

    def __post_init__(self) -> None:
        if not self.chosen:
            raise Invalid("Choose how it reaches people.", field="channels")

    @classmethod
    def of(cls, stored: str | Iterable[str]) -> "Channels":
        """From words, or from the text they are kept as; unknown ones count for nothing."""
        words = set(stored.split(",") if isinstance(stored, str) else stored)
        return cls(tuple(each for each in ContactChannel if each in words))

    def __iter__(self) -> Iterator[ContactChannel]:
        return iter(self.chosen)

    def __contains__(self, channel: object) -> bool:
        return channel in self.chosen

    def __len__(self) -> int:
        return len(self.chosen)

    @property
    def stored(self) -> str:
        return ",".join(self.chosen)


def reason(refusal: Refusal, channel: ContactChannel) -> LeftOut:
    """A refusal of consent for this channel, as a campaign keeps it."""
    return REASONS[channel].get(refusal) or _ALWAYS[refusal]


def together(reasons: Mapping[ContactChannel, LeftOut]) -> LeftOut:
    """Why none of the channels reaches somebody: what all of them say, else that none does."""
    said = set(reasons.values())
    return said.pop() if len(said) == 1 else LeftOut.NO_CHANNEL


def written(ways: Mapping[ContactChannel, LeftOut]) -> str:
    """By each channel why not, as it is kept beside NO_CHANNEL."""
    return " ".join(f"{channel}:{why}" for channel, why in ways.items())


def read(ways: str) -> dict[ContactChannel, LeftOut | None]:
    """The same as channels and reasons; None: reached. Whatever else is kept there counts for nothing."""
    found: dict[ContactChannel, LeftOut | None] = {}
    for word in ways.split():
        channel, _, why = word.partition(":")
        if channel in list(ContactChannel) and (why == REACHED or why in list(LeftOut)):
            found[ContactChannel(channel)] = None if why == REACHED else LeftOut(why)
    return found
