"""What an order's card is given: which part earned what, and why. PRODUCT B5."""

from dataclasses import dataclass
from datetime import datetime

from db.enums import LineKind, OrderStatus, ZeroReason


@dataclass(frozen=True, slots=True)
class LineEarning:
    """What one rule version gave one line. `base` is minor units after discounts and refunds.

    `multipliers` are (name, percent) pairs: ("Gold", 150) is ×1.5.
    """

    points: int
    rule: str
    version: int
    base: int
    multipliers: tuple[tuple[str, int], ...] = ()
    rounding: str | None = None


@dataclass(frozen=True, slots=True)
class LineView:
    """One line. Either it has earnings, or `zero` says why it earned nothing. `amount` is minor units."""

    title: str
    kind: LineKind
    quantity: int
    amount: int
    points: int
    earnings: tuple[LineEarning, ...] = ()
    zero: ZeroReason | None = None


@dataclass(frozen=True, slots=True)
class OrderView:
    """One order. `total` and `refunded` are minor units of `currency`; `points`: earned less clawed back."""

    uid: str
    number: str
    store: str
    placed: datetime
    status: OrderStatus
    currency: str
    total: int
    refunded: int
    points: int
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class OrderList:
    """One keyset page of a customer's orders, newest first."""

    rows: tuple[OrderView, ...]
    previous: str | None
    next: str | None
