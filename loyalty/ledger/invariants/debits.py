"""Debits and debts: every point taken came from a lot or is owed (PRODUCT C3, C5)."""

from loyalty.ledger.invariants.invariant import Invariant

INVARIANTS = (
    Invariant(
        "debit_is_drawn_in_full",
        "A debit drew exactly its points from lots, except for what became debt.",
        """SELECT 'entry ' || e.uid AS offender FROM ledger_entries e
            LEFT JOIN (SELECT entry_id, sum(points) AS points FROM allocations
                WHERE programme_id = {0} AND by_entry_id = entry_id AND points > 0 GROUP BY entry_id) a
                ON a.entry_id = e.id
            LEFT JOIN debts d ON d.programme_id = {0} AND d.entry_id = e.id
            WHERE e.programme_id = {0} AND (
                (e.points < 0 AND -e.points <> coalesce(a.points, 0) + coalesce(d.points, 0))
                OR (e.points > 0 AND (a.points IS NOT NULL OR d.points IS NOT NULL)))""",
    ),
    Invariant(
        "debt_is_what_was_not_paid",
        "What is owed of a debt is its points less what later credits paid and what was cancelled.",
        """SELECT 'entry ' || e.uid AS offender FROM debts d
            JOIN ledger_entries e ON e.programme_id = {0} AND e.id = d.entry_id
            LEFT JOIN (SELECT entry_id, sum(points) AS paid FROM allocations
                WHERE programme_id = {0} AND by_entry_id <> entry_id AND points > 0 GROUP BY entry_id) a
                ON a.entry_id = d.entry_id
            WHERE d.programme_id = {0} AND (d.remaining < 0 OR d.cancelled < 0 OR e.customer_id <> d.customer_id
                OR d.remaining <> d.points - d.cancelled - coalesce(a.paid, 0))""",
    ),
    Invariant(
        "only_spendable_points_are_redeemed",
        "No redemption drew points that were still in their hold period.",
        """SELECT 'entry ' || e.uid AS offender FROM allocations a
            JOIN ledger_entries e ON e.programme_id = {0} AND e.id = a.by_entry_id
            JOIN lots l ON l.programme_id = {0} AND l.id = a.lot_id
            WHERE a.programme_id = {0} AND a.points > 0 AND e.kind = 'redeem' AND l.available_at > e.effective_at""",
    ),
)
