"""The rows of Advanced Order Export: one per item, the order's own cells repeated or left empty."""

from collections.abc import Iterator
from dataclasses import replace

from db.enums import LineKind, OrderStatus
from loyalty.integrations import cells
from loyalty.integrations.cells import Reading, Unreadable
from loyalty.integrations.csvfile import Sheet
from loyalty.integrations.lines import extra
from loyalty.integrations.woocommerce import orders
from loyalty.rules.orders import IncomingCustomer, IncomingLine, IncomingOrder

HEAD = (
    *("Order ID", "Order Status", "Order Date", "Paid Date", "Modification Date", "Currency"),
    *("Order Total Amount", "Order Refund Amount", "Order Shipping Amount", "Order Total Tax Amount"),
    *("Email (Billing)", "Phone (Billing)", "First Name (Billing)", "Last Name (Billing)"),
    *("Customer User ID", "Customer Username"),
)
ITEM = (
    *("Item Name", "Quantity", "Quantity (- Refund)", "Item Cost", "SKU", "Item ID"),
    *("Order Line Total", "Category", "Coupon Code"),
)


def gathered(sheet: Sheet, reading: Reading) -> Iterator[tuple[int, IncomingOrder]]:
    """(first row number, order), one order at a time. Raises Invalid by row and column."""
    keys, first, item = sheet.pick(("Order Number", "Order ID")), sheet.pick(HEAD), sheet.pick(ITEM)
    order: IncomingOrder | None = None
    lines: list[IncomingLine] = []
    codes: dict[str, None] = {}
    number, start, row = "", 0, 0
    try:
        for row, found in sheet:
            this, _ = keys(found)
            if this and this != number:
                if order:
                    yield start, _whole(order, lines, codes)
                number, start, codes = this, row, {}
                order, lines = _head(number, dict(zip(HEAD, first(found), strict=True)), reading)
            if order is None:
                raise Unreadable("Order Number", "", "is empty")
            cell = dict(zip(ITEM, item(found), strict=True))
            if cell["Item Name"].strip():
                lines.append(_line(cell, order.currency))
            if code := cells.text(cell["Coupon Code"]):
                codes[code] = None
        if order:
            yield start, _whole(order, lines, codes)
    except Unreadable as bad:
        raise bad.at(sheet.name, row) from None


def _whole(order: IncomingOrder, lines: list[IncomingLine], codes: dict[str, None]) -> IncomingOrder:
    itemised = any(line.kind is LineKind.PRODUCT for line in lines)
    return replace(order, lines=tuple(lines), discount_codes=tuple(codes), has_lines_detail=itemised)


def _head(number: str, cell: dict[str, str], reading: Reading) -> tuple[IncomingOrder, list[IncomingLine]]:
    currency = cells.currency("Currency", cell["Currency"], reading.currency)
    total = cells.known_amount("Order Total Amount", cell["Order Total Amount"], currency)
    placed_at = cells.known_moment("Order Date", cell["Order Date"], reading.zone)
    paid_at = cells.moment("Paid Date", cell["Paid Date"], reading.zone)
    changed_at = cells.moment("Modification Date", cell["Modification Date"], reading.zone)
    word = orders.slug(cell["Order Status"])
    if word not in orders.STATUSES and paid_at is None:
        raise Unreadable("Order Status", cell["Order Status"], "isn't known, and there is no Paid Date")
    status = orders.status(word, paid=paid_at is not None)
    refunded = abs(cells.amount("Order Refund Amount", cell["Order Refund Amount"], currency))
    shipping = cells.amount("Order Shipping Amount", cell["Order Shipping Amount"], currency)
    tax = cells.amount("Order Total Tax Amount", cell["Order Total Tax Amount"], currency)
    customer = _customer(cell)
    order = IncomingOrder(
        external_id=cells.plain("Order ID", cell["Order ID"]) or cells.text(number),
        name=f"#{cells.text(number).removeprefix('#')}",
        customer=customer,
        email=customer.email if customer else None,
        status=status,
        currency=currency,
        total_minor=total,
        placed_at=placed_at,
        paid_at=(paid_at or placed_at) if status is OrderStatus.PAID else None,
        cancelled_at=(changed_at or placed_at) if status is OrderStatus.CANCELLED else None,
        updated_at=changed_at,
        reported_refunded_minor=total if word == "refunded" else refunded,
    )
    extras = [extra(LineKind.SHIPPING, "Shipping", shipping)] if shipping else []
    return order, extras + ([extra(LineKind.TAX, "Tax", tax)] if tax else [])


def _customer(cell: dict[str, str]) -> IncomingCustomer | None:
    """Who ordered: registered when the export says a user id or name, else a guest."""
    email = cells.optional(cell["Email (Billing)"])
    account = cells.plain("Customer User ID", cell["Customer User ID"])
    external_id = account if account != "0" else None
    phone = cells.plain("Phone (Billing)", cell["Phone (Billing)"])
    if not (email or external_id or phone):
        return None
    return IncomingCustomer(
        external_id=external_id,
        email=email,
        first_name=cells.text(cell["First Name (Billing)"]),
        last_name=cells.text(cell["Last Name (Billing)"]),
        phone=phone,
        is_registered=bool(external_id or cell["Customer Username"].strip()),
    )


def _line(cell: dict[str, str], currency: str) -> IncomingLine:
    """An item. Its cost is after discounts and before tax, so the line's total is cost × quantity."""
    column = "Quantity" if cell["Quantity"].strip() else "Quantity (- Refund)"
    quantity = cells.count(column, cell[column] or "1")
    unit = cells.amount("Item Cost", cell["Item Cost"], currency)
    told = cell["Order Line Total"].strip()
    return IncomingLine(
        external_id=cells.plain("Item ID", cell["Item ID"]),
        kind=LineKind.PRODUCT,
        sku=cells.optional(cell["SKU"]),
        product_id=None,
        title=cells.text(cell["Item Name"]),
        quantity=quantity,
        unit_minor=unit,
        total_minor=cells.amount("Order Line Total", told, currency) if told else unit * quantity,
        category=cells.optional(cell["Category"]),
    )
