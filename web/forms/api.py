"""What programs send to the API. PRODUCT E3, N2. Money is minor units, moments carry their offset."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from db.enums import LineKind, OrderStatus
from loyalty.rules.orders import IncomingLine, IncomingOrder
from web.bodies import Body

MOST_MINOR = 10**12
Minor = Annotated[int, Field(ge=0, le=MOST_MINOR, strict=True)]
Signed = Annotated[int, Field(ge=-MOST_MINOR, le=MOST_MINOR, strict=True)]
Text = Annotated[str, Field(max_length=240)]


class TillBody(Body):
    """`till` names one sale at one till, such as “till-3:4711”; repeating a call with it changes nothing."""

    till: Annotated[str, Field(min_length=1, max_length=80)]


class UseBody(TillBody):
    """`order` is what history prints; the sale's name when empty."""

    order: Annotated[str, Field(max_length=80)] = ""


class CustomerBody(Body):
    """Whose order it is, by one of these. An address that isn't known yet makes a guest."""

    uid: Annotated[str, Field(max_length=40)] = ""
    card: Annotated[str, Field(max_length=40)] = ""
    email: Annotated[str, Field(max_length=254)] = ""

    @model_validator(mode="after")
    def one_of_them(self) -> Self:
        if sum(map(bool, (self.uid, self.card, self.email))) != 1:
            raise ValueError("Send exactly one of uid, card and email.")
        return self


class LineBody(Body):
    """One line; `total_minor` is what was paid for it, after its discount."""

    title: Annotated[str, Field(min_length=1, max_length=240)]
    total_minor: Signed
    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1
    unit_minor: Signed | None = None
    discount_minor: Minor = 0
    kind: LineKind = LineKind.PRODUCT
    id: Annotated[str, Field(max_length=120)] = ""
    sku: Text = ""
    product_id: Text = ""
    category: Text = ""
    tags: Annotated[list[Text], Field(max_length=50)] = []

    def line(self, position: int) -> IncomingLine:
        """The line as every platform's is read."""
        return IncomingLine(
            external_id=self.id or str(position),
            kind=self.kind,
            sku=self.sku or None,
            product_id=self.product_id or None,
            title=self.title,
            quantity=self.quantity,
            unit_minor=self.total_minor // self.quantity if self.unit_minor is None else self.unit_minor,
            total_minor=self.total_minor,
            discount_minor=self.discount_minor,
            category=self.category or None,
            tags=tuple(self.tags),
        )


class OrderBody(Body):
    """An order as it is now; sent again after it changed, it replaces what was told before.

    `updated_at` orders what is told; left out, it is the moment of the call. `store` is a store's handle.
    """

    external_id: Annotated[str, Field(min_length=1, max_length=120)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    total_minor: Minor
    placed_at: AwareDatetime
    status: OrderStatus = OrderStatus.PAID
    name: Annotated[str, Field(max_length=120)] = ""
    customer: CustomerBody | None = None
    store: Annotated[str, Field(max_length=40)] = ""
    paid_at: AwareDatetime | None = None
    cancelled_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    refunded_minor: Minor = 0
    channel: Annotated[str, Field(max_length=40)] = "pos"
    discount_codes: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=20)] = []
    lines: Annotated[list[LineBody], Field(max_length=500)] = []

    def order(self, now: datetime) -> IncomingOrder:
        """The order as every platform's is read. Without lines the total is one line."""
        lines = [line.line(at) for at, line in enumerate(self.lines, 1)]
        whole = LineBody(title="Purchase", total_minor=self.total_minor)
        return IncomingOrder(
            external_id=self.external_id,
            name=self.name or self.external_id,
            customer=None,
            email=self.customer.email or None if self.customer else None,
            status=self.status,
            currency=self.currency,
            total_minor=self.total_minor,
            placed_at=self.placed_at,
            paid_at=self.paid_at or (self.placed_at if self.status is OrderStatus.PAID else None),
            cancelled_at=self.cancelled_at or (now if self.status is OrderStatus.CANCELLED else None),
            updated_at=self.updated_at or now,
            channel=self.channel,
            lines=tuple(lines or [whole.line(1)]),
            reported_refunded_minor=self.refunded_minor,
            discount_codes=tuple(self.discount_codes),
        )
