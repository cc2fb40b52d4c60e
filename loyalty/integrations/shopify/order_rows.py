"""The rows of Shopify's orders export: the first of an order has its facts, every one has an item."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from db.enums import LineKind, OrderStatus
from loyalty.integrations import cells
from loyalty.integrations.cells import Reading, Unreadable
from loyalty.integrations.csvfile import Sheet
from loyalty.integrations.lines import extra
from loyalty.integrations.shopify import orders
from loyalty.rules.orders import IncomingCustomer, IncomingLine, IncomingOrder

HEAD = (
    *("Id", "Email", "Financial Status", "Currency", "Total", "Subtotal", "Shipping", "Taxes"),
    *("Discount Code", "Discount Amount", "Created at", "Paid at", "Cancelled at", "Refunded Amount"),
    *("Source", "Phone", "Billing Name", "Accepts Marketing"),
)
ITEM = ("Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku", "Lineitem discount", "Vendor")


@dataclass(frozen=True, slots=True)
class _Head:
    """An order's first row: the order without its lines, and the amounts that become extra lines."""

    row: int
    order: IncomingOrder
    subtotal: int | None
    shipping: int
    tax: int
    discount: int


def gathered(sheet: Sheet, reading: Reading) -> Iterator[tuple[int, IncomingOrder]]:
    """(first row number, order), one order at a time. Raises Invalid by row and column."""
    keys, first, item = sheet.pick(("Name", "Id")), sheet.pick(HEAD), sheet.pick(ITEM)
    head: _Head | None = None
    lines: list[IncomingLine] = []
    name = external_id = ""
    row = 0
    try:
        for row, found in sheet:
            this_name, this_id = keys(found)
            if (this_name and this_name != name) or (this_id and this_id != external_id):
                if head:
                    yield head.row, _whole(head, lines)
                name, external_id, lines = this_name, this_id, []
                head = _head(row, this_name, dict(zip(HEAD, first(found), strict=True)), reading)
            if head is None:
                raise Unreadable("Name", "", "is empty")
            cell = item(found)
            if cell[0]:
                lines.append(_line(cell, head.order.currency))
        if head:
            yield head.row, _whole(head, lines)
    except Unreadable as bad:
        raise bad.at(sheet.name, row) from None


def _head(row: int, name: str, cell: dict[str, str], reading: Reading) -> _Head:
    currency = cells.currency("Currency", cell["Currency"], reading.currency)
    total = cells.known_amount("Total", cell["Total"], currency)
    placed_at = cells.known_moment("Created at", cell["Created at"], reading.zone)
    cancelled_at = cells.moment("Cancelled at", cell["Cancelled at"], reading.zone)
    state = _state(cell["Financial Status"])
    status = orders.status(state, cancelled=cancelled_at is not None)
    paid_at = cells.moment("Paid at", cell["Paid at"], reading.zone)
    refunded = cells.amount("Refunded Amount", cell["Refunded Amount"], currency)
    if state == "refunded" and not refunded:
        refunded = total
    if state == "partially_refunded" and not refunded:
        raise Unreadable("Refunded Amount", "", "must say how much of this order went back")
    customer = _customer(cell)
    order = IncomingOrder(
        external_id=cells.plain("Id", cell["Id"]) or cells.text(name),
        name=cells.text(name),
        customer=customer,
        email=customer.email if customer else None,
        status=status,
        currency=currency,
        total_minor=total,
        placed_at=placed_at,
        paid_at=(paid_at or placed_at) if status is OrderStatus.PAID else None,
        cancelled_at=cancelled_at,
        channel=cells.optional(cell["Source"]),
        reported_refunded_minor=refunded,
        discount_codes=tuple(code for part in cell["Discount Code"].split(",") if (code := cells.text(part))),
    )
    return _Head(
        row,
        order,
        subtotal=cells.amount("Subtotal", cell["Subtotal"], currency) if cell["Subtotal"].strip() else None,
        shipping=cells.amount("Shipping", cell["Shipping"], currency),
        tax=cells.amount("Taxes", cell["Taxes"], currency),
        discount=cells.amount("Discount Amount", cell["Discount Amount"], currency),
    )


def _state(cell: str) -> str:
    """A word nobody knows would be a pending order, whose points never come: better to say so."""
    word = orders.folded(cell)
    if word not in orders.WORDS:
        raise Unreadable("Financial Status", cell, "isn't a status Shopify writes" if word else "is empty")
    return word


def _customer(cell: dict[str, str]) -> IncomingCustomer | None:
    """Who ordered. Shopify keeps a customer record for every e-mail or phone, so they are registered."""
    email, phone = cells.optional(cell["Email"]), cells.plain("Phone", cell["Phone"])
    if not (email or phone):
        return None
    first_name, _, last_name = cells.text(cell["Billing Name"]).partition(" ")
    return IncomingCustomer(
        external_id=None,
        email=email,
        first_name=first_name,
        last_name=last_name,
        phone=phone,
        accepts_email=cells.yes(cell["Accepts Marketing"]),
        is_registered=True,
    )


def _whole(head: _Head, lines: list[IncomingLine]) -> IncomingOrder:
    """The order with its items and the shipping, separate tax and unshared discount of its first row."""
    items = sum(line.total_minor for line in lines)
    if head.shipping:
        lines.append(extra(LineKind.SHIPPING, "Shipping", head.shipping))
    untaxed = head.order.total_minor if head.subtotal is None else head.subtotal + head.shipping
    if head.tax and untaxed + head.tax <= head.order.total_minor:
        lines.append(extra(LineKind.TAX, "Tax", head.tax))
    unshared = head.discount - sum(line.discount_minor for line in lines)
    # "Discount Amount" counts free shipping too, which the shipping amount already lacks.
    unshared = min(unshared, items - head.subtotal) if head.subtotal is not None else unshared
    if unshared > 0:
        lines.append(extra(LineKind.DISCOUNT, "Discount", -unshared))
    return replace(head.order, lines=tuple(lines))


@lru_cache(maxsize=1 << 14)
def _line(cell: tuple[str, ...], currency: str) -> IncomingLine:
    """The item of a row. A shop sells the same things again and again, and a file is read twice."""
    quantity_cell, title, price_cell, sku, discount_cell, vendor = cell
    quantity = cells.count("Lineitem quantity", quantity_cell)
    unit = cells.amount("Lineitem price", price_cell, currency)
    discount = cells.amount("Lineitem discount", discount_cell, currency) if discount_cell else 0
    return IncomingLine(
        external_id=None,
        kind=LineKind.PRODUCT,
        sku=cells.optional(sku) if sku else None,
        product_id=None,
        title=cells.text(title),
        quantity=quantity,
        unit_minor=unit,
        total_minor=unit * quantity - discount,
        discount_minor=discount,
        vendor=cells.optional(vendor) if vendor else None,
    )
