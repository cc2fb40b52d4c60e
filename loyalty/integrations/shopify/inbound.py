"""Shopify's webhooks: whose they are, and what they say. PRODUCT N2."""

from collections.abc import Iterable, Mapping

from loyalty.integrations import envelopes
from loyalty.integrations.bodies import Body
from loyalty.integrations.facts import (
    CustomerDataRequested,
    CustomerRedacted,
    CustomerSeen,
    Delivery,
    Fact,
    Ignored,
    OrderSeen,
    ProductSeen,
    RefundSeen,
    ShopRedacted,
)
from loyalty.integrations.shopify import customers, orders, products, refunds, settings


def verified(headers: Mapping[str, str], raw: bytes, secrets: Iterable[str]) -> bool:
    """Whether the raw body is signed with one of the secrets, current or previous."""
    return envelopes.verified(settings.HEADERS, headers, raw, secrets)


def is_greeting(headers: Mapping[str, str], raw: bytes) -> bool:
    """Whether this is an unsigned hello to be answered with 200 and forgotten. Shopify sends none."""
    return False


def delivery(headers: Mapping[str, str]) -> Delivery:
    """The envelope. Raises Invalid when the topic or the delivery's id is missing."""
    return envelopes.delivery(settings.HEADERS, headers)


def facts(topic: str, body: object, *, currency: str) -> tuple[Fact, ...]:
    """What a decoded body of `topic` says.

    `currency` is the store's, for bodies that don't name one. Raises Invalid naming the field
    that can't be read. Edits and deletions of orders arrive as `orders/updated` when they matter.
    """
    if topic not in settings.TOPICS:
        return (Ignored(f"Regulars doesn't use the topic {topic}."),)
    told = Body.of(body)
    if topic in settings.ORDER_TOPICS:
        return (OrderSeen(orders.order(told)),)
    if topic in settings.REFUND_TOPICS:
        return (RefundSeen(refunds.refund(told, currency)),)
    if topic in settings.CUSTOMER_TOPICS:
        return (CustomerSeen(customers.customer(told)),)
    if topic in settings.PRODUCT_TOPICS:
        return (ProductSeen(products.product(told)),)
    return (_privacy(topic, told),)


def _privacy(topic: str, told: Body) -> Fact:
    if topic == "shop/redact":
        return ShopRedacted(told.text("shop_domain") or told.known_id("shop_id"))
    person = told.part("customer")
    if person is None:
        raise told.refuse("customer", "is missing")
    who = (person.id("id"), person.text("email") or None, person.text("phone") or None)
    if not any(who):
        raise person.refuse("id", "is missing")
    if topic == "customers/data_request":
        return CustomerDataRequested(*who)
    return CustomerRedacted(*who, told.ids("orders_to_redact"))
