"""What earning may look at of a stored order: as it was bought, or as it is after refunds (C5)."""

from collections.abc import Sequence

from loyalty.orders.storing import StoredOrder
from loyalty.rules.earning import OrderFacts, order_facts
from loyalty.rules.orders import IncomingLine, IncomingOrder, IncomingRefund, kept


def facts_of(
    stored: StoredOrder,
    lines: Sequence[IncomingLine],
    refunds: Sequence[IncomingRefund],
    store_id: int,
    *,
    reported: int,
) -> OrderFacts:
    """The order's facts less its refunds; without any and with `reported` 0, the whole order's."""
    order = IncomingOrder(
        external_id=stored.external_id,
        name=stored.name,
        customer=None,
        email=None,
        status=stored.status,
        currency=stored.currency,
        total_minor=stored.total_minor,
        placed_at=stored.placed_at,
        channel=stored.channel or None,
        lines=tuple(lines),
    )
    part = kept(lines, stored.total_minor, refunds, reported)
    return order_facts(order, part, store_id=store_id)
