"""Order bonuses: paid once, by orders that stand (PRODUCT M1, C5)."""

from loyalty.ledger.invariants.invariant import Invariant

INVARIANTS = (
    Invariant(
        "bonus_is_what_was_posted",
        "What an order bonus earned less what was taken back is the sum of its entries.",
        """SELECT 'order bonus ' || b.uid AS offender FROM order_bonuses b
            LEFT JOIN (SELECT substr(key, 13, 22) AS uid, sum(points) AS points FROM ledger_entries
                WHERE programme_id = {0} AND kind IN ('campaign', 'refund_clawback') AND key LIKE 'order_bonus:%'
                GROUP BY substr(key, 13, 22)) e ON e.uid = b.uid
            WHERE b.programme_id = {0} AND coalesce(e.points, 0) <> b.earned_points - b.clawed_points""",
    ),
    Invariant(
        "earned_bonus_has_its_order",
        "A bonus that is earned was paid in full and names a paid order of its customer, of which something is kept.",
        """SELECT 'order bonus ' || b.uid AS offender FROM order_bonuses b
            LEFT JOIN orders o ON o.programme_id = {0} AND o.id = b.order_id
            WHERE b.programme_id = {0} AND b.status = 'earned' AND (
              b.earned_points - b.clawed_points - b.covered_points - b.forgiven_points <> b.points
              OR o.id IS NULL OR o.customer_id <> b.customer_id OR o.status <> 'paid' OR o.earns IS NULL
              OR NOT o.earns OR o.refunded_minor >= o.total_minor)""",
    ),
)
