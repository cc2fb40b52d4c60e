"""One-shot multipliers: each lifts at most one order that stands (PRODUCT I3)."""

from loyalty.ledger.invariants.invariant import Invariant

INVARIANTS = (
    Invariant(
        "multiplier_lifts_its_order_only",
        "Lines of an order that stands are lifted only by multipliers which that order has used up.",
        """SELECT DISTINCT 'order ' || o.uid AS offender FROM line_earnings l
            JOIN orders o ON o.programme_id = {0} AND o.id = l.order_id
            LEFT JOIN multipliers m ON m.programme_id = {0} AND m.id = l.multiplier_id
            WHERE l.programme_id = {0} AND l.multiplier_id IS NOT NULL AND o.status = 'paid'
              AND o.refunded_minor < o.total_minor AND (m.order_id IS NULL OR m.order_id <> o.id)""",
    ),
    Invariant(
        "used_multiplier_has_its_order",
        "A used multiplier names a paid order of its own customer, of which something is kept.",
        """SELECT 'multiplier ' || m.uid AS offender FROM multipliers m
            LEFT JOIN orders o ON o.programme_id = {0} AND o.id = m.order_id
            WHERE m.programme_id = {0} AND ((m.status = 'used') <> (m.order_id IS NOT NULL)
              OR (m.order_id IS NOT NULL AND (o.id IS NULL OR o.customer_id <> m.customer_id
                OR o.status <> 'paid' OR o.refunded_minor >= o.total_minor)))""",
    ),
)
