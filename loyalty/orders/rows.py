"""Stored lines and refunds in the form rules read."""

from collections.abc import Mapping
from typing import Any

from db.engine import loads
from db.enums import LineKind
from loyalty.rules.orders import IncomingLine, IncomingRefund, IncomingRefundLine

LINE_FACTS = (
    "external_id, kind, sku, product_id, title, category, tags, quantity, unit_minor, discount_minor,"
    " total_minor"
)
"""The columns of an order line that rules look at."""

REFUND_FACTS = "external_id, amount_minor, lines, refunded_at"
"""The columns of a refund that rules look at."""


def line_of(row: Mapping[str, Any]) -> IncomingLine:
    return IncomingLine(
        external_id=row["external_id"] or None,
        kind=LineKind(row["kind"]),
        sku=row["sku"] or None,
        product_id=row["product_id"] or None,
        title=row["title"],
        category=row["category"] or None,
        tags=tuple(loads(row["tags"])),
        quantity=row["quantity"],
        unit_minor=row["unit_minor"],
        discount_minor=row["discount_minor"],
        total_minor=row["total_minor"],
    )


def refund_of(row: Mapping[str, Any], order_external_id: str) -> IncomingRefund:
    return IncomingRefund(
        row["external_id"],
        order_external_id,
        row["amount_minor"],
        row["refunded_at"],
        tuple(IncomingRefundLine(*line) for line in loads(row["lines"])),
    )
