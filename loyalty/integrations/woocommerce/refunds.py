"""WooCommerce's refunds: a summary inside the order, or the REST API's own object."""

import re
from datetime import datetime

from loyalty.integrations.bodies import Body
from loyalty.rules.orders import IncomingRefund, IncomingRefundLine

_ORDER_LINK = re.compile(r"/orders/(\d{1,20})/?$")


def listed(told: Body, currency: str, order_id: str, at: datetime) -> IncomingRefund:
    """One of an order's `refunds`: id, negative total, no moment: `at` is the change of the order."""
    return IncomingRefund(told.known_id("id"), order_id, abs(told.known_amount("total", currency)), at)


def refund(told: Body, currency: str) -> IncomingRefund:
    """A refund on its own. Raises Invalid when id, moment, amount or the order can't be told."""
    at = told.moment("date_created_gmt") or told.moment("date_created")
    if at is None:
        raise told.refuse("date_created_gmt", "is missing")
    items = told.parts("line_items")
    lines = tuple(
        IncomingRefundLine(
            _refunded_item(item), abs(item.count("quantity")), abs(item.amount("total", currency))
        )
        for item in items
    )
    return IncomingRefund(
        told.known_id("id"), _order_id(told), abs(told.known_amount("amount", currency)), at, lines
    )


def _order_id(told: Body) -> str:
    found = told.id("parent_id") or told.id("order_id")
    if found:
        return found
    links = told.part("_links") or Body({})
    for link in links.parts("up"):
        if match := _ORDER_LINK.search(link.text("href")):
            return match.group(1)
    raise told.refuse("parent_id", "is missing")


def _refunded_item(item: Body) -> str | None:
    for meta in item.parts("meta_data"):
        if meta.text("key") == "_refunded_item_id":
            return meta.id("value")
    return None
