"""What the customer pages are given: frozen, raw numbers, aware moments. Formatting is the web's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from db.enums import CustomerType, EntryKind, TierMetric


@dataclass(frozen=True, slots=True)
class Tally:
    """A count that was stopped at a cap: `at_least` means there are more than `value`."""

    value: int
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class TierMark:
    """A tier as people see it. `rank` rises from 1; it also picks the metal of the dot."""

    name: str
    rank: int


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One line of the customers list. PRODUCT B1.

    `available` is points and None for guests, who have no balance (A1). `lifetime_spend` is minor
    units of the programme's currency, net of refunds.
    """

    uid: str
    name: str
    email: str | None
    type: CustomerType
    tier: TierMark | None
    segment: str | None
    available: int | None
    lifetime_spend: int
    last_activity: datetime | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What a list can be filtered by: names of tiers, stores and segments by uid, tags, and answers.

    `told` has by question the labels of its options, by question:option.
    """

    tiers: Mapping[str, str]
    stores: Mapping[str, str]
    tags: tuple[str, ...]
    segments: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def said(self, told: str) -> str:
        """An answer in words, or its key where it isn't offered any more."""
        for question, labels in self.told.items():
            if told in labels:
                return f"{question} {labels[told]}"
        return told


@dataclass(frozen=True, slots=True)
class CustomerList:
    """One keyset page. The tallies by type keep the other filters; `found` is what the whole filter matches.

    `gone` names what the filter asks for and the programme no longer has: tier, store or tag.
    """

    rows: tuple[CustomerRow, ...]
    everyone: Tally
    by_type: dict[CustomerType, Tally]
    found: Tally
    previous: str | None
    next: str | None
    choices: Choices = Choices({}, {}, ())
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """Points that will move on a day, in the programme's zone: released, or expired."""

    points: int
    on: date


@dataclass(frozen=True, slots=True)
class Balance:
    """All in points except `worth`, minor units or None where the programme puts no price on a point.

    `history` is the available balance at the end of each of the last months, oldest first.
    """

    available: int
    pending: int
    debt: int
    lifetime_earned: int
    next_release: Due | None
    next_expiry: Due | None
    worth: int | None
    history: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TierProgress:
    """How far the next tier is. `have` and `need` are points, orders or minor units, as `metric` says.

    `kept_until` is the day the present tier is looked at again; None while it can't be lost.
    """

    tier: TierMark | None
    kept_until: date | None
    next: TierMark | None
    metric: TierMetric
    have: int
    need: int

    @property
    def left(self) -> int:
        """What is missing, never negative."""
        return max(self.need - self.have, 0)


@dataclass(frozen=True, slots=True)
class Birthday:
    """PRODUCT B4: the year is optional."""

    month: int
    day: int
    year: int | None


@dataclass(frozen=True, slots=True)
class Heading:
    """Whom a customer's page is about, and how much there is under its tabs."""

    id: int
    uid: str
    name: str
    orders: Tally
    entries: Tally
    lots: Tally


@dataclass(frozen=True, slots=True)
class Profile(Heading):
    """Everything around the tabs of a customer's page. PRODUCT B3.

    `spent` is minor units net of refunds. `balance` is None for guests (A1). `card` is as printed.
    `erased`: nothing names the person any more, and nothing can be done about them (O4).
    """

    email: str | None
    phone: str | None
    card: str
    type: CustomerType
    erased: bool
    tier: TierMark | None
    tags: tuple[str, ...]
    birthday: Birthday | None
    joined: datetime | None
    balance: Balance | None
    spent: int
    progress: TierProgress | None


@dataclass(frozen=True, slots=True)
class LotView:
    """The remainder of one credit. `subject` names its source, such as an order number. PRODUCT C3.

    `available` None: the points wait for a verified e-mail address (A4).
    """

    kind: EntryKind
    subject: str | None
    points: int
    remaining: int
    credited: datetime
    available: datetime | None
    expires: datetime | None
    pending: bool
    expired: bool
