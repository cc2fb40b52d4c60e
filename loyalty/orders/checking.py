"""What can't be an order or a refund, told in a sentence before the database would refuse it."""

from datetime import UTC, datetime

from loyalty.errors import Invalid
from loyalty.rules.orders import IncomingOrder, IncomingRefund

LARGEST_MINOR = 10**12
LONGEST_ID = 120
FIRST = datetime(1990, 1, 1, tzinfo=UTC)
LAST = datetime(2059, 1, 1, tzinfo=UTC)
"""The calendar of `db.ids`, which mint an id from the moment something happened."""


def refuse_order(order: IncomingOrder, currency: str) -> None:
    """Return when the order can be stored. Raises Invalid naming the field.

    Another currency than the programme's is refused: points per amount would mean nothing.
    """
    _identifier(order.external_id, "order")
    what = f"Order {order.name}"
    if order.currency != currency:
        raise Invalid(
            f"{what} is in {order.currency}; this programme counts in {currency}.", field="currency"
        )
    _amount(order.total_minor, f"{what} has a total", "total")
    _amount(order.reported_refunded_minor, f"{what} has a refunded amount", "refunded")
    _moment(order.placed_at, what, "placed_at")
    if order.paid_at is not None:
        _moment(order.paid_at, what, "paid_at")
    for refund in order.refunds:
        refuse_refund(refund)


def refuse_refund(refund: IncomingRefund) -> None:
    """Return when the refund can be stored. Raises Invalid naming the field."""
    _identifier(refund.external_id, "refund")
    _identifier(refund.order_external_id, "order")
    what = f"Refund {refund.external_id}"
    _amount(refund.amount_minor, f"{what} has an amount", "amount")
    _moment(refund.at, what, "refunded_at")


def _identifier(text: str, noun: str) -> None:
    if not 1 <= len(text) <= LONGEST_ID:
        raise Invalid(f"The id of this {noun} must have 1 to {LONGEST_ID} characters.", field="id")


def _amount(minor: int, what: str, field: str) -> None:
    if not 0 <= minor <= LARGEST_MINOR:
        raise Invalid(
            f"{what} of {minor}, which must be between 0 and {LARGEST_MINOR} minor units.", field=field
        )


def _moment(at: datetime, what: str, field: str) -> None:
    if not FIRST <= at < LAST:
        raise Invalid(
            f"{what} is dated {at:%Y-%m-%d}; dates run from {FIRST.year} to {LAST.year - 1}.", field=field
        )
