"""Lots: what credits opened and what is left of it (PRODUCT C3, C4)."""

from loyalty.ledger.invariants.invariant import CUSTOMER, Invariant

_OPENED = """LEFT JOIN (SELECT entry_id, count(*) AS n, sum(points) AS points FROM lots
        WHERE programme_id = {0} GROUP BY entry_id) l ON l.entry_id = e.id"""
_RETURNED = """LEFT JOIN (SELECT by_entry_id, -sum(points) AS points FROM allocations
        WHERE programme_id = {0} AND points < 0 GROUP BY by_entry_id) r ON r.by_entry_id = e.id"""
GIVES_BACK = "(e.kind IN ('redeem_reversal', 'clawback_reversal') OR e.reverses_id IS NOT NULL)"
_SHORT = "e.points - coalesce(l.points, 0) - coalesce(r.points, 0)"

INVARIANTS = (
    Invariant(
        "lot_is_what_was_not_drawn",
        "What is left of a lot is its points less what entries drew from it, and never below zero.",
        """SELECT 'lot of entry ' || coalesce((SELECT e.uid FROM ledger_entries e WHERE e.programme_id = {0}
                AND e.id = l.entry_id), '?') AS offender FROM lots l
            LEFT JOIN (SELECT lot_id, sum(points) AS points FROM allocations WHERE programme_id = {0} GROUP BY lot_id) a
                ON a.lot_id = l.id
            WHERE l.programme_id = {0}
              AND (l.remaining <> l.points - coalesce(a.points, 0) OR l.remaining < 0 OR l.points <= 0)""",
    ),
    Invariant(
        "returned_points_go_somewhere",
        "Points given back go into their lots, into a grace lot, or cancel a debt; none get lost.",
        f"""SELECT 'customer ' || c.uid AS offender FROM (
                SELECT e.customer_id, min({_SHORT}) AS least, sum({_SHORT}) AS short
                FROM ledger_entries e {_OPENED} {_RETURNED}
                WHERE e.programme_id = {{0}} AND e.points > 0 AND {GIVES_BACK} GROUP BY e.customer_id) g
            {CUSTOMER.format("g.customer_id")}
            LEFT JOIN (SELECT customer_id, sum(cancelled) AS cancelled FROM debts
                WHERE programme_id = {{0}} GROUP BY customer_id) d ON d.customer_id = g.customer_id
            WHERE g.least < 0 OR g.short <> coalesce(d.cancelled, 0)""",
    ),
    Invariant(
        "draw_stays_with_its_customer",
        "Everything drawn from a lot belongs to the customer of the lot.",
        """SELECT DISTINCT 'entry ' || e.uid AS offender FROM allocations a
            JOIN lots l ON l.programme_id = {0} AND l.id = a.lot_id
            JOIN ledger_entries e ON e.programme_id = {0} AND e.id = a.entry_id
            JOIN ledger_entries b ON b.programme_id = {0} AND b.id = a.by_entry_id
            WHERE a.programme_id = {0} AND (l.customer_id <> e.customer_id OR l.customer_id <> b.customer_id)""",
    ),
)
