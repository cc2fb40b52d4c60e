"""Taking a purchase at the counter back. `loyalty.undo` calls it and audits it."""

from collections.abc import Mapping
from typing import Any

from db.engine import one
from db.enums import OrderStatus
from loyalty import clock
from loyalty.errors import AlreadyDone, Invalid
from loyalty.orders.receiving import receive
from loyalty.rules.actors import Actor
from loyalty.rules.orders import IncomingOrder

_ORDER = """SELECT store_id, external_id, name, status, currency, total_minor, placed_at, paid_at, customer_id
    FROM orders
    WHERE programme_id = {} AND id = {}"""


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Cancel the order of the purchase, so that its points go as a refund's would. PRODUCT C5.

    Raises AlreadyDone when it was cancelled or refunded meanwhile.
    """
    payload = action["undo"]
    if payload["verb"] != "purchase.counted":
        raise Invalid("This can't be undone.")
    row = await one(_ORDER, programme_id, payload["order"])
    if row is None or row["status"] == OrderStatus.CANCELLED:
        raise AlreadyDone("This purchase has been cancelled already.")
    now = clock.now()
    order = IncomingOrder(
        external_id=row["external_id"],
        name=row["name"],
        customer=None,
        email=None,
        status=OrderStatus.CANCELLED,
        currency=row["currency"],
        total_minor=row["total_minor"],
        placed_at=row["placed_at"],
        paid_at=row["paid_at"],
        cancelled_at=now,
        updated_at=now,
        channel="pos",
        has_lines_detail=False,
    )
    await receive(programme_id, row["store_id"], order, customer_id=row["customer_id"])
    return f"Purchase {row['name']} has been taken back"
