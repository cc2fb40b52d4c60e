"""Shopify's order object."""

from collections.abc import Iterator

from db.enums import LineKind, OrderStatus
from loyalty.integrations.bodies import Body
from loyalty.integrations.lines import extra
from loyalty.integrations.shopify import customers, refunds
from loyalty.rules.orders import IncomingLine, IncomingOrder

PAID = frozenset({"paid", "partially_refunded", "refunded"})
CANCELLED = frozenset({"voided"})
PENDING = frozenset({"pending", "authorized", "partially_paid", "expired"})
WORDS = PAID | CANCELLED | PENDING
"""Every financial status there is."""


def status(financial_status: str, *, cancelled: bool) -> OrderStatus:
    """Where the money is. Authorized, partly paid and unknown words are pending: not all of it is here."""
    word = folded(financial_status)
    if cancelled or word in CANCELLED:
        return OrderStatus.CANCELLED
    return OrderStatus.PAID if word in PAID else OrderStatus.PENDING


def folded(financial_status: str) -> str:
    """The word as webhooks write it, also from "Partially refunded"."""
    return financial_status.strip().casefold().replace(" ", "_")


def order(told: Body) -> IncomingOrder:
    """The order in the shop's currency. Raises Invalid naming the field that is missing or unreadable.

    `total_price` is the total before refunds. `processed_at` is the moment of payment: Shopify's
    orders don't carry another, and every delivery of one order must tell the same.
    """
    external_id, currency = told.known_id("id"), told.currency("currency")
    if currency is None:
        raise told.refuse("currency", "is missing")
    cancelled_at = told.moment("cancelled_at")
    placed_at = told.moment("processed_at") or told.moment("created_at")
    if placed_at is None:
        raise told.refuse("created_at", "is missing")
    paid = status(told.text("financial_status"), cancelled=cancelled_at is not None)
    known = told.part("customer")
    customer = customers.customer(known) if known and known.id("id") else customers.guest(told)
    return IncomingOrder(
        external_id=external_id,
        name=told.text("name") or f"#{told.text('order_number') or external_id}",
        customer=customer,
        email=told.text("email") or told.text("contact_email") or (customer.email if customer else None),
        status=paid,
        currency=currency,
        total_minor=told.known_amount("total_price", currency),
        placed_at=placed_at,
        paid_at=placed_at if paid is OrderStatus.PAID else None,
        cancelled_at=cancelled_at,
        updated_at=told.moment("updated_at"),
        test=told.flag("test") is True,
        channel=told.text("source_name") or None,
        lines=tuple(_lines(told, currency)),
        refunds=tuple(refunds.refund(part, currency, order_id=external_id) for part in told.parts("refunds")),
        discount_codes=tuple(code for part in told.parts("discount_codes") if (code := part.text("code"))),
        has_lines_detail="line_items" in told.data,
    )


def _lines(told: Body, currency: str) -> Iterator[IncomingLine]:
    """Items, then shipping, tip, separate tax, and any discount that no line carries."""
    shared = told.amount("total_discounts", currency)
    tipped = told.amount("total_tip_received", currency)
    for item in told.parts("line_items"):
        line = _item(item, currency)
        shared -= line.discount_minor
        tipped -= line.total_minor if line.kind is LineKind.TIP else 0
        yield line
    for item in told.parts("shipping_lines"):
        line = _shipping(item, currency)
        shared -= line.discount_minor
        yield line
    if tipped > 0:
        yield extra(LineKind.TIP, "Tip", tipped, LineKind.TIP.value)
    if not told.flag("taxes_included") and (tax := told.amount("total_tax", currency)):
        yield extra(LineKind.TAX, "Tax", tax, LineKind.TAX.value)
    if shared > 0:
        yield extra(LineKind.DISCOUNT, "Discount", -shared, LineKind.DISCOUNT.value)


def _item(item: Body, currency: str) -> IncomingLine:
    unit, quantity = item.amount("price", currency, rounded=True), item.count("quantity", 1)
    discount = _discount(item, currency) or item.amount("total_discount", currency)
    return IncomingLine(
        external_id=item.id("id"),
        kind=_kind(item),
        sku=item.text("sku") or None,
        product_id=item.id("product_id"),
        title=item.text("title") or item.text("name"),
        quantity=quantity,
        unit_minor=unit,
        total_minor=unit * quantity - discount,
        discount_minor=discount,
        vendor=item.text("vendor") or None,
    )


def _kind(item: Body) -> LineKind:
    if item.flag("gift_card"):
        return LineKind.GIFT_CARD
    # Checkout writes a tip as an item that has a `tip` object and no product.
    return LineKind.TIP if item.data.get("tip") else LineKind.PRODUCT


def _shipping(item: Body, currency: str) -> IncomingLine:
    price = item.amount("price", currency)
    total = item.amount("discounted_price", currency) if item.text("discounted_price") else price
    discount = _discount(item, currency) or price - total
    return IncomingLine(
        external_id=item.id("id"),
        kind=LineKind.SHIPPING,
        sku=None,
        product_id=None,
        title=item.text("title") or "Shipping",
        quantity=1,
        unit_minor=price,
        total_minor=price - discount,
        discount_minor=discount,
    )


def _discount(item: Body, currency: str) -> int:
    return sum(share.amount("amount", currency) for share in item.parts("discount_allocations"))
