"""A record that was merged is empty and leads to one that stands (PRODUCT B6)."""

from loyalty.ledger.invariants.invariant import Invariant

INVARIANTS = (
    Invariant(
        "merged_record_is_empty",
        "A record that was merged into another has no points, owes none and has no orders.",
        """SELECT 'customer ' || c.uid AS offender FROM customers c
            JOIN accounts a ON a.programme_id = {0} AND a.customer_id = c.id
            WHERE c.programme_id = {0} AND c.merged_into IS NOT NULL AND (a.balance <> 0 OR a.debt <> 0
                OR EXISTS (SELECT 1 FROM orders o WHERE o.programme_id = {0} AND o.customer_id = c.id))""",
    ),
    Invariant(
        "merged_record_leads_to_one_that_stands",
        "A record is merged into another of the same programme that isn't merged itself, by a merge that stands.",
        """SELECT 'customer ' || c.uid AS offender FROM customers c
            LEFT JOIN customers k ON k.programme_id = {0} AND k.id = c.merged_into
            LEFT JOIN merges m ON m.programme_id = {0} AND m.merged_id = c.id AND m.undone_at IS NULL
            WHERE c.programme_id = {0} AND ((c.merged_into IS NULL AND m.id IS NOT NULL)
                OR (c.merged_into IS NOT NULL AND (k.id IS NULL OR k.merged_into IS NOT NULL OR m.id IS NULL
                    OR c.type = 'member')))""",
    ),
    Invariant(
        "merge_moves_nothing_away",
        "What merge entries take from one record they give to another: together they are nothing.",
        """SELECT 'programme' AS offender FROM (SELECT sum(e.points) AS points FROM ledger_entries e
            LEFT JOIN ledger_entries r ON r.programme_id = {0} AND r.id = e.reverses_id
            WHERE e.programme_id = {0} AND (e.kind = 'merge' OR r.kind = 'merge')) merged WHERE points <> 0""",
    ),
)
