"""Order lines that no platform lists as items: shipping, tax, tips, discounts on the whole order."""

from db.enums import LineKind
from loyalty.rules.orders import IncomingLine


def extra(kind: LineKind, title: str, amount: int, external_id: str | None = None) -> IncomingLine:
    """One line of `amount` minor units, negative for a discount."""
    return IncomingLine(
        external_id=external_id,
        kind=kind,
        sku=None,
        product_id=None,
        title=title,
        quantity=1,
        unit_minor=amount,
        total_minor=amount,
    )
