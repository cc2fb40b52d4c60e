"""Orders against what they earned, and what refunds took back (PRODUCT B5, C5)."""

from loyalty.ledger.invariants.invariant import Invariant, Kept, Reading

# Both sides of each order in one heap: what it says less what its entries and lines say.
_ORDERS = """(SELECT id, sum(n) AS n, sum(earned) AS earned, sum(clawed) AS clawed, sum(unlined) AS unlined,
          sum(settled) AS settled FROM (
        SELECT id, 1 AS n, earned_points AS earned, clawed_points AS clawed, earned_points AS unlined,
          clawed_points + covered_points + forgiven_points AS settled FROM orders WHERE programme_id = {0}
        UNION ALL SELECT order_id, 0, CASE WHEN kind = 'earn_order' THEN -points ELSE 0 END,
          CASE WHEN kind IN ('refund_clawback', 'clawback_reversal') THEN points ELSE 0 END, 0, 0
        FROM ledger_entries WHERE programme_id = {0} AND order_id IS NOT NULL
        UNION ALL SELECT order_id, 0, 0, 0, -points, 0 FROM line_earnings WHERE programme_id = {0}) parts GROUP BY id) o
    JOIN programmes p ON p.programme_id = {0} WHERE p.programme_id = {0}"""

INVARIANTS = (
    Reading(
        "'order ' || (SELECT x.uid FROM orders x WHERE x.programme_id = {0} AND x.id = o.id)",
        _ORDERS,
        (
            Kept(
                "order_knows_what_it_earned",
                "An order's earned points are the sum of its earning entries.",
                "o.n = 1 AND o.earned <> 0",
            ),
            Kept(
                "order_knows_what_was_clawed_back",
                "An order's clawed-back points are the sum of its claw-backs and their reversals.",
                "o.n = 1 AND o.clawed <> 0",
            ),
            Kept(
                "lines_add_up_to_the_earning",
                "The points of an order's lines add up to what it earned; an edit that took points back may leave"
                " less.",
                """o.n = 1 AND (o.unlined < 0
                OR (o.unlined > 0 AND o.settled = 0 AND p.negative_policy <> 'block'))""",
            ),
            Kept(
                "earnings_have_their_order",
                "Every order that an entry or the earning of a line is about exists.",
                "o.n = 0",
                offender="'order number ' || CAST(o.id AS TEXT)",
            ),
        ),
    ),
    Invariant(
        "refunds_take_no_more_than_earned",
        "Clawed back, covered by expiry and forgiven together are at most what the order earned.",
        """SELECT 'order ' || uid AS offender FROM orders WHERE programme_id = {0}
            AND (clawed_points < 0 OR covered_points < 0 OR forgiven_points < 0
                OR clawed_points + covered_points + forgiven_points > earned_points)""",
    ),
    Invariant(
        "refund_within_total",
        "No more money was refunded than the order cost.",
        """SELECT 'order ' || uid AS offender FROM orders WHERE programme_id = {0}
            AND (total_minor < 0 OR refunded_minor < 0 OR refunded_minor > total_minor)""",
    ),
    Invariant(
        "only_earning_orders_earn",
        "Test orders, and orders that were decided not to earn, earned nothing.",
        """SELECT 'order ' || uid AS offender FROM orders WHERE programme_id = {0} AND earned_points > 0
            AND (test OR earns IS NULL OR NOT earns OR paid_at IS NULL)""",
    ),
)
