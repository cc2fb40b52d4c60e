"""Shopify's refund object, alone in `refunds/create` or inside an order."""

from loyalty.integrations.bodies import Body
from loyalty.rules.orders import IncomingRefund, IncomingRefundLine


def refund(told: Body, currency: str, *, order_id: str | None = None) -> IncomingRefund:
    """One refund in the shop's currency. Raises Invalid when id, order or moment is missing.

    `currency` is used where the refund names none. `order_id` is the order it stands in.
    """
    at = told.moment("processed_at") or told.moment("created_at")
    if at is None:
        raise told.refuse("created_at", "is missing")
    currency = _shop_currency(told) or currency
    lines = tuple(
        IncomingRefundLine(
            item.id("line_item_id"), max(0, item.count("quantity")), _share(item, "subtotal", currency)
        )
        for item in told.parts("refund_line_items")
    )
    return IncomingRefund(
        external_id=told.known_id("id"),
        order_external_id=order_id or told.known_id("order_id"),
        amount_minor=max(0, _amount(told, currency)),
        at=at,
        lines=lines,
    )


def _amount(told: Body, currency: str) -> int:
    """What went back to the customer.

    The successful refund transactions say it exactly. Without any transaction (an item removed by
    an edit), or when they are in the customer's currency instead of the shop's, the lines with
    their tax and the order adjustments do; adjustments are negative for money that went back.
    """
    payments = [paid for paid in told.parts("transactions") if paid.text("kind") == "refund"]
    if payments and all((paid.currency("currency") or currency) == currency for paid in payments):
        return sum(paid.amount("amount", currency) for paid in payments if paid.text("status") == "success")
    if payments and not any(paid.text("status") == "success" for paid in payments):
        return 0
    items, adjustments = told.parts("refund_line_items"), told.parts("order_adjustments")
    returned = sum(_share(item, "subtotal", currency) + _share(item, "total_tax", currency) for item in items)
    adjusted = sum(one.amount("amount", currency) + one.amount("tax_amount", currency) for one in adjustments)
    return returned - adjusted


def _share(item: Body, key: str, currency: str) -> int:
    # Shopify writes these two as floats, which may come as 30.299999999999997.
    return item.amount(key, currency, rounded=True)


def _shop_currency(told: Body) -> str | None:
    """The shop's currency as the money sets name it, else the transactions' own."""
    items = told.parts("refund_line_items")
    for holder in (told.part("total_duties_set"), *(item.part("subtotal_set") for item in items)):
        money = holder.part("shop_money") if holder else None
        if money and (code := money.currency("currency_code")):
            return code
    return next((code for paid in told.parts("transactions") if (code := paid.currency("currency"))), None)
