"""Orders against what they earned, and what refunds took back (PRODUCT B5, C5)."""

from loyalty.ledger.invariants.invariant import Invariant, same_person

_ENTRIES = """LEFT JOIN (SELECT order_id,
            sum(CASE WHEN kind = 'earn_order' THEN points ELSE 0 END) AS earned,
            -sum(CASE WHEN kind IN ('refund_clawback', 'clawback_reversal') THEN points ELSE 0 END) AS clawed
        FROM ledger_entries WHERE programme_id = {0} AND order_id IS NOT NULL GROUP BY order_id) e
        ON e.order_id = o.id"""

INVARIANTS = (
    Invariant(
        "order_knows_what_it_earned",
        "An order's earned points are the sum of its earning entries.",
        f"""SELECT 'order ' || o.uid AS offender FROM orders o {_ENTRIES}
            WHERE o.programme_id = {{0}} AND o.earned_points <> coalesce(e.earned, 0)""",
    ),
    Invariant(
        "order_knows_what_was_clawed_back",
        "An order's clawed-back points are the sum of its claw-backs and their reversals.",
        f"""SELECT 'order ' || o.uid AS offender FROM orders o {_ENTRIES}
            WHERE o.programme_id = {{0}} AND o.clawed_points <> coalesce(e.clawed, 0)""",
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
        "lines_add_up_to_the_earning",
        "The points of an order's lines add up to what it earned; an edit that took points back may leave less.",
        """SELECT 'order ' || o.uid AS offender FROM orders o
            JOIN programmes p ON p.programme_id = {0}
            LEFT JOIN (SELECT order_id, sum(points) AS points FROM line_earnings
                WHERE programme_id = {0} GROUP BY order_id) l ON l.order_id = o.id
            WHERE o.programme_id = {0} AND (coalesce(l.points, 0) > o.earned_points
                OR (coalesce(l.points, 0) < o.earned_points AND p.negative_policy <> 'block'
                    AND o.clawed_points + o.covered_points + o.forgiven_points = 0))""",
    ),
    Invariant(
        "order_points_belong_to_its_customer",
        "Entries about an order are on the account of the customer who placed it.",
        f"""SELECT 'entry ' || e.uid AS offender FROM ledger_entries e
            JOIN orders o ON o.programme_id = {{0}} AND o.id = e.order_id
            WHERE e.programme_id = {{0}} AND e.kind IN ('earn_order', 'refund_clawback', 'clawback_reversal')
              AND (o.customer_id IS NULL OR NOT {same_person("e.customer_id", "o.customer_id")})""",
    ),
    Invariant(
        "only_earning_orders_earn",
        "Test orders, and orders that were decided not to earn, earned nothing.",
        """SELECT 'order ' || uid AS offender FROM orders WHERE programme_id = {0} AND earned_points > 0
            AND (test OR earns IS NULL OR NOT earns OR paid_at IS NULL)""",
    ),
)
