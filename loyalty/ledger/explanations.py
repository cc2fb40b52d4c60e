"""What an explanation consists of: frozen, raw numbers, aware moments. Points unless said otherwise."""

from dataclasses import dataclass
from datetime import datetime

from db.enums import CustomerType, EntryKind
from loyalty.ledger.balances import Balance


@dataclass(frozen=True, slots=True)
class LineExplained:
    """What one line of an order earned, or why it earned nothing. `base_minor` is the money that counted."""

    title: str
    component: str
    rule: str
    rate: str
    base_minor: int
    multiplier_percent: int
    boost_percent: int
    points: int
    zero_reason: str


@dataclass(frozen=True, slots=True)
class OrderExplained:
    """The order behind an entry; amounts in minor units."""

    uid: str
    name: str
    currency: str
    total_minor: int
    refunded_minor: int
    lines: tuple[LineExplained, ...]


@dataclass(frozen=True, slots=True)
class RuleExplained:
    """The version of an earning rule an entry was posted under, and what it says."""

    name: str
    number: int
    words: str


@dataclass(frozen=True, slots=True)
class EntryExplained:
    """The credit that opened a lot. `reason` is for staff, `comment` is what the customer reads."""

    uid: str
    kind: EntryKind
    points: int
    at: datetime
    comment: str
    reason: str
    rule: RuleExplained | None
    order: OrderExplained | None


@dataclass(frozen=True, slots=True)
class DrawExplained:
    """Points an entry took from a lot; negative when it put them back."""

    entry_uid: str
    kind: EntryKind
    points: int
    at: datetime
    comment: str


@dataclass(frozen=True, slots=True)
class LotExplained:
    """A lot from its credit to what is left. `lapses_at` is set once its expiry was announced."""

    points: int
    remaining: int
    available_at: datetime
    expires_at: datetime | None
    lapses_at: datetime | None
    opened_by: EntryExplained
    draws: tuple[DrawExplained, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A balance, taken apart. The remainders of `lots` less `balance.debt` are available and pending points.

    `spent_lots` counts the empty lots that were left out.
    """

    customer_uid: str
    name: str
    email: str | None
    type: CustomerType
    balance: Balance
    lots: tuple[LotExplained, ...]
    spent_lots: int
