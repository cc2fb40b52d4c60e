"""What can't be an order or a refund, told in a sentence before the database would refuse it."""

from loyalty.customers.checking import refuse_customer
from loyalty.errors import Invalid
from loyalty.rules.incoming import refuse_identifier, refuse_moment
from loyalty.rules.orders import IncomingOrder, IncomingRefund

LARGEST_MINOR = 10**12


def refuse_order(order: IncomingOrder, currency: str) -> None:
    """Return when the order can be stored, with its customer and refunds. Raises Invalid naming the field.

    Another currency than the programme's is refused: points per amount would mean nothing.
    """
    refuse_identifier(order.external_id, "order")
    what = f"Order {order.name}"
    if order.currency != currency:
        raise Invalid(
            f"{what} is in {order.currency}; this programme counts in {currency}.", field="currency"
        )
    _amount(order.total_minor, what, "a total", "total")
    _amount(order.reported_refunded_minor, what, "a refunded amount", "refunded")
    refuse_moment(order.placed_at, what, "placed_at")
    refuse_moment(order.paid_at, what, "paid_at")
    refuse_moment(order.cancelled_at, what, "cancelled_at")
    refuse_moment(order.updated_at, what, "updated_at")
    if order.customer is not None:
        refuse_customer(order.customer)
    for refund in order.refunds:
        refuse_refund(refund)


def refuse_refund(refund: IncomingRefund) -> None:
    """Return when the refund can be stored. Raises Invalid naming the field."""
    refuse_identifier(refund.external_id, "refund")
    refuse_identifier(refund.order_external_id, "order")
    what = f"Refund {refund.external_id}"
    _amount(refund.amount_minor, what, "an amount", "amount")
    refuse_moment(refund.at, what, "refunded_at")


def _amount(minor: int, what: str, part: str, field: str) -> None:
    if not 0 <= minor <= LARGEST_MINOR:
        raise Invalid(
            f"{what} has {part} of {minor}, which must be between 0 and {LARGEST_MINOR} minor units.",
            field=field,
        )
