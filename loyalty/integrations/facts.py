"""What a delivery says, in words that are the same for every platform. PRODUCT N2."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from loyalty.rules.orders import IncomingCustomer, IncomingOrder, IncomingRefund
from loyalty.rules.products import IncomingProduct


@dataclass(frozen=True, slots=True)
class OrderSeen:
    """The order as it was when the platform wrote the delivery (`order.updated_at`)."""

    order: IncomingOrder


@dataclass(frozen=True, slots=True)
class RefundSeen:
    """One refund, which may arrive before its order."""

    refund: IncomingRefund


@dataclass(frozen=True, slots=True)
class CustomerSeen:
    customer: IncomingCustomer


@dataclass(frozen=True, slots=True)
class ProductSeen:
    """The product as it was when the platform wrote the delivery (`product.told_at`)."""

    product: IncomingProduct


@dataclass(frozen=True, slots=True)
class CustomerDataRequested:
    """A person asked the shop for their data. PRODUCT O4."""

    external_id: str | None
    email: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class CustomerRedacted:
    """A person asked the shop to be forgotten. PRODUCT O4."""

    external_id: str | None
    email: str | None
    phone: str | None
    order_external_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShopRedacted:
    """The shop left the platform long enough ago that its people's data must go."""

    shop: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """A genuine delivery that changes nothing; `reason` is a sentence for the event's note."""

    reason: str


Fact: TypeAlias = (
    OrderSeen
    | RefundSeen
    | CustomerSeen
    | ProductSeen
    | CustomerDataRequested
    | CustomerRedacted
    | ShopRedacted
    | Ignored
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """The envelope of a webhook. `id` is the platform's own, for recognising a second delivery."""

    topic: str
    id: str
    shop: str
    triggered_at: datetime | None
