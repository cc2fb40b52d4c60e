"""WooCommerce's webhooks: whose they are, and what they say. PRODUCT N2."""

from collections.abc import Iterable, Mapping

from loyalty.integrations import envelopes
from loyalty.integrations.bodies import Body
from loyalty.integrations.facts import (
    CustomerSeen,
    Delivery,
    Fact,
    Ignored,
    OrderSeen,
    ProductSeen,
    RefundSeen,
)
from loyalty.integrations.woocommerce import customers, orders, products, refunds, settings


def verified(headers: Mapping[str, str], raw: bytes, secrets: Iterable[str]) -> bool:
    """Whether the raw body is signed with one of the secrets, current or previous."""
    return envelopes.verified(settings.HEADERS, headers, raw, secrets)


def is_greeting(headers: Mapping[str, str], raw: bytes) -> bool:
    """Whether this is the unsigned `webhook_id=12` that WooCommerce posts when a webhook is saved.

    It must be answered with 200, or the webhook isn't activated; there is nothing to store.
    """
    return raw.startswith(b"webhook_id=") and raw[11:].isdigit() and len(raw) < 40


def delivery(headers: Mapping[str, str]) -> Delivery:
    """The envelope. Raises Invalid when the topic or the delivery's id is missing."""
    return envelopes.delivery(settings.HEADERS, headers)


def facts(topic: str, body: object, *, currency: str) -> tuple[Fact, ...]:
    """What a decoded body of `topic` says.

    `currency` is the store's, for bodies that don't name one. Raises Invalid naming the field
    that can't be read.
    """
    if topic not in settings.TOPICS:
        return (Ignored(f"Regulars doesn't use the topic {topic}."),)
    told = Body.of(body)
    if topic in settings.ORDER_TOPICS:
        return (OrderSeen(orders.order(told)),)
    if topic in settings.CUSTOMER_TOPICS:
        return (CustomerSeen(customers.customer(told)),)
    if topic in settings.REFUND_TOPICS:
        return (RefundSeen(refunds.refund(told, currency)),)
    if topic in settings.PRODUCT_TOPICS:
        return (_product(told),)
    what = topic.partition(".")[0]
    return (
        Ignored(
            f"The shop deleted {what} {told.known_id('id')}; points change by refund or cancellation only."
        ),
    )


def _product(told: Body) -> Fact:
    """A variation carries no categories of its own; order lines name the product it belongs to."""
    if told.text("type") == "variation" or told.id("parent_id"):
        return Ignored("It is a variation; its product tells the category.")
    return ProductSeen(products.product(told))
