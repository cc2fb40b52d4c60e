"""Requests for a second person: an approval is exactly the adjustment that was asked for (PRODUCT C7)."""

from loyalty.ledger.invariants.invariant import Invariant

INVARIANTS = (
    Invariant(
        "approval_is_its_adjustment",
        "An approved request's entry adjusts the same customer by the points that were asked for.",
        """SELECT 'approval ' || a.uid AS offender FROM approvals a
            LEFT JOIN ledger_entries e ON e.programme_id = {0} AND e.id = a.entry_id
            WHERE a.programme_id = {0} AND a.status = 'approved' AND (e.id IS NULL OR e.kind <> 'adjust'
              OR e.customer_id <> a.customer_id OR e.points <> a.points)""",
    ),
)
