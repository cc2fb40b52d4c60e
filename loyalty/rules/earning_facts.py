"""What earning may look at and what it answers: plain values, stored with the order. PRODUCT B5, C5."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.enums import LineKind, ZeroReason
from loyalty.rules.multipliers import Multiplier
from loyalty.rules.orders import IncomingOrder, Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """One line: what was bought (`total_minor`, `quantity`) and what is kept of it after refunds."""

    kind: LineKind
    total_minor: int
    kept_minor: int
    quantity: int = 1
    kept_quantity: int = 1
    sku: str | None = None
    product_id: str | None = None
    category: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """All that earning may look at. `rest_minor` is the part of the total that no line accounts for."""

    lines: tuple[LineFacts, ...]
    rest_minor: int = 0
    kept_rest_minor: int = 0
    store_id: int | None = None
    channel: str | None = None

    @property
    def kept_minor(self) -> int:
        """What the customer keeps of the whole order, in minor units."""
        return sum(line.kept_minor for line in self.lines) + self.kept_rest_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnContext:
    """What was true of the customer when the order was paid; stored with the order, never read again.

    `on` is the business day in the programme's zone. `earning` is False for a left customer, a guest
    without guest earning, an unpaid or a test order. `earned_in_period` holds (rule version id, points)
    already earned by *other* orders in the rule's period, so that limits stay as they were. `multipliers`
    are the one-shot multipliers this order uses, soonest to end first (PRODUCT I3). Of the segments the
    customer was in, `segment_ids` holds those that the rules in force ask about.
    """

    on: date
    earning: bool = True
    tier_id: int | None = None
    tier_percent: int = 100
    first_order: bool = False
    earned_in_period: tuple[tuple[int, int], ...] = ()
    multipliers: tuple[Multiplier, ...] = ()
    segment_ids: tuple[int, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        multipliers = [multiplier.to_dict() for multiplier in self.multipliers]
        return {
            "on": self.on.isoformat(),
            "earning": self.earning,
            "tier_id": self.tier_id,
            "tier_percent": self.tier_percent,
            "first_order": self.first_order,
            "earned_in_period": [list(pair) for pair in self.earned_in_period],
            **({"multipliers": multipliers} if multipliers else {}),
            **({"segment_ids": list(self.segment_ids)} if self.segment_ids else {}),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "EarnContext":
        return cls(
            on=date.fromisoformat(data["on"]),
            earning=data["earning"],
            tier_id=data["tier_id"],
            tier_percent=data["tier_percent"],
            first_order=data["first_order"],
            earned_in_period=tuple((rule_id, points) for rule_id, points in data["earned_in_period"]),
            multipliers=tuple(Multiplier.from_dict(each) for each in data.get("multipliers", ())),
            segment_ids=tuple(data.get("segment_ids", ())),
        )


@dataclass(frozen=True, slots=True)
class LineEarning:
    """Why a line, or the rest of the order (`line` None), earned its points. PRODUCT B5.

    `component` is the line's kind, or “order”/“discount” for the rest. `base_minor` is the money that
    counted. `rate` reads “1 per 100”, “1 per piece” or “50 per order”. `multiplier_percent` is the tier's,
    `boost_percent` that of the one-shot multiplier `multiplier_id`. `zero_reason` is set exactly when
    `points` is 0.
    """

    line: int | None
    component: str
    rule_version_id: int | None
    base_minor: int
    rate: str
    multiplier_percent: int
    points: int
    zero_reason: ZeroReason | None = None
    multiplier_id: int | None = None
    boost_percent: int = 100


@dataclass(frozen=True, slots=True)
class Earned:
    """`points` is the sum over `lines`; every line of the order occurs at least once."""

    points: int
    lines: tuple[LineEarning, ...]


def order_facts(order: IncomingOrder, kept: Kept, *, store_id: int | None = None) -> OrderFacts:
    """The facts of an incoming order and what is kept of it; `kept` must come from the same lines."""
    lines = tuple(
        LineFacts(
            kind=line.kind,
            total_minor=line.total_minor,
            kept_minor=kept_minor,
            quantity=line.quantity,
            kept_quantity=quantity,
            sku=line.sku,
            product_id=line.product_id,
            category=line.category,
            tags=line.tags,
        )
        for line, kept_minor, quantity in zip(order.lines, kept.lines, kept.quantities, strict=True)
    )
    rest = order.total_minor - sum(line.total_minor for line in order.lines)
    return OrderFacts(
        lines=lines,
        rest_minor=rest,
        kept_rest_minor=kept.rest_minor,
        store_id=store_id,
        channel=order.channel,
    )
