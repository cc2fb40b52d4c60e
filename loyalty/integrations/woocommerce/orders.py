"""WooCommerce's order object."""

import html
from collections.abc import Iterator

from db.enums import LineKind, OrderStatus
from loyalty.integrations.bodies import Body
from loyalty.integrations.lines import extra
from loyalty.integrations.woocommerce import customers, refunds
from loyalty.rules.orders import IncomingLine, IncomingOrder

STATUSES = {
    "processing": OrderStatus.PAID,
    "completed": OrderStatus.PAID,
    "refunded": OrderStatus.PAID,
    "cancelled": OrderStatus.CANCELLED,
    "failed": OrderStatus.CANCELLED,
    "trash": OrderStatus.CANCELLED,
    "pending": OrderStatus.PENDING,
    "pending-payment": OrderStatus.PENDING,
    "on-hold": OrderStatus.PENDING,
    "draft": OrderStatus.PENDING,
    "checkout-draft": OrderStatus.PENDING,
    "auto-draft": OrderStatus.PENDING,
}


def status(word: str, *, paid: bool) -> OrderStatus:
    """Where the money is. A status an extension added counts as paid once the order has a payment date."""
    known = STATUSES.get(slug(word))
    return known or (OrderStatus.PAID if paid else OrderStatus.PENDING)


def slug(word: str) -> str:
    """`wc-on-hold` and `On hold` are one status."""
    return word.strip().casefold().removeprefix("wc-").replace(" ", "-")


def order(told: Body) -> IncomingOrder:
    """The order. Raises Invalid naming the field that is missing or unreadable.

    `total` is before refunds. Moments are the `_gmt` ones: the others have no offset.
    """
    external_id, currency = told.known_id("id"), told.currency("currency")
    if currency is None:
        raise told.refuse("currency", "is missing")
    placed_at, changed_at = told.moment("date_created_gmt"), told.moment("date_modified_gmt")
    if placed_at is None:
        raise told.refuse("date_created_gmt", "is missing")
    paid_at = told.moment("date_paid_gmt")
    state = status(told.text("status"), paid=paid_at is not None)
    total, customer = told.known_amount("total", currency), customers.buyer(told)
    given_back = tuple(
        refunds.listed(part, currency, external_id, changed_at or placed_at) for part in told.parts("refunds")
    )
    return IncomingOrder(
        external_id=external_id,
        name=f"#{told.text('number') or external_id}",
        customer=customer,
        email=customer.email if customer else None,
        status=state,
        currency=currency,
        total_minor=total,
        placed_at=placed_at,
        paid_at=(paid_at or placed_at) if state is OrderStatus.PAID else None,
        cancelled_at=(changed_at or placed_at) if state is OrderStatus.CANCELLED else None,
        updated_at=changed_at,
        channel=told.text("created_via") or None,
        lines=tuple(_lines(told, currency)),
        refunds=given_back,
        # A merchant may set "refunded" by hand, which makes no refund record.
        reported_refunded_minor=total if slug(told.text("status")) == "refunded" else 0,
        discount_codes=tuple(code for part in told.parts("coupon_lines") if (code := part.text("code"))),
        has_lines_detail="line_items" in told.data,
    )


def _lines(told: Body, currency: str) -> Iterator[IncomingLine]:
    """Items, shipping, fees (negative ones are discounts), then tax where prices are without it."""
    taxed = told.flag("prices_include_tax") is True
    for item in told.parts("line_items"):
        yield _item(item, currency, taxed)
    for item in told.parts("shipping_lines"):
        yield _charge(item, LineKind.SHIPPING, item.text("method_title") or "Shipping", currency, taxed)
    for item in told.parts("fee_lines"):
        kind = LineKind.DISCOUNT if item.amount("total", currency) < 0 else LineKind.OTHER
        yield _charge(item, kind, item.text("name") or "Fee", currency, taxed)
    if not taxed and (tax := told.amount("total_tax", currency)):
        yield extra(LineKind.TAX, "Tax", tax, LineKind.TAX.value)


def _item(item: Body, currency: str, taxed: bool) -> IncomingLine:
    quantity, total = item.count("quantity", 1), _with_tax(item, "total", currency, taxed)
    before = _with_tax(item, "subtotal", currency, taxed) if item.text("subtotal") else total
    return IncomingLine(
        external_id=item.id("id"),
        kind=LineKind.PRODUCT,
        sku=item.text("sku") or None,
        product_id=item.id("product_id"),
        title=html.unescape(item.text("name")),
        quantity=quantity,
        unit_minor=(2 * before + quantity) // (2 * quantity) if quantity > 0 else before,
        total_minor=total,
        discount_minor=max(0, before - total),
    )


def _charge(item: Body, kind: LineKind, title: str, currency: str, taxed: bool) -> IncomingLine:
    return extra(kind, html.unescape(title), _with_tax(item, "total", currency, taxed), item.id("id"))


def _with_tax(item: Body, key: str, currency: str, taxed: bool) -> int:
    return item.amount(key, currency) + (item.amount(f"{key}_tax", currency) if taxed else 0)
