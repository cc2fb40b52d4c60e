"""Expiry: only after its date, only after a notice in time, and nothing is drawn from the dead (PRODUCT J1)."""

from loyalty.ledger.invariants.invariant import Invariant

INVARIANTS = (
    Invariant(
        "expiry_at_its_moment",
        "An expiry takes what is left of one lot, effective the moment that lot lapsed.",
        """SELECT 'entry ' || e.uid AS offender FROM ledger_entries e
            LEFT JOIN allocations a ON a.programme_id = {0} AND a.entry_id = e.id AND a.by_entry_id = e.id
            LEFT JOIN lots l ON l.programme_id = {0} AND l.id = a.lot_id
            WHERE e.programme_id = {0} AND e.kind = 'expire' AND (l.id IS NULL OR l.lapses_at IS NULL
                OR e.effective_at <> l.lapses_at OR e.recorded_at < l.lapses_at)""",
    ),
    Invariant(
        "nothing_drawn_from_lapsed_lots",
        "Nothing but its expiry was drawn from a lot after it lapsed.",
        """SELECT 'entry ' || e.uid AS offender FROM allocations a
            JOIN ledger_entries e ON e.programme_id = {0} AND e.id = a.by_entry_id
            JOIN lots l ON l.programme_id = {0} AND l.id = a.lot_id
            JOIN programmes p ON p.programme_id = {0}
            WHERE a.programme_id = {0} AND a.points > 0 AND l.lapses_at <= e.effective_at AND e.kind <> 'expire'
              AND NOT (p.pause_expiry_while_left AND e.kind = 'refund_clawback')""",
    ),
    Invariant(
        "moved_dates_are_written_down",
        "Where an expiry date moved, the ledger says so, and the last move is the date that holds.",
        """SELECT 'lot of entry ' || e.uid AS offender FROM (
                SELECT id FROM lots WHERE programme_id = {0} AND lapses_at <> expires_at
                EXCEPT SELECT lot_id FROM expiry_moves WHERE programme_id = {0}
                UNION SELECT l.id FROM (
                    SELECT lot_id, to_at, row_number() OVER (PARTITION BY lot_id ORDER BY id DESC) AS place
                    FROM expiry_moves WHERE programme_id = {0}) m
                JOIN lots l ON l.programme_id = {0} AND l.id = m.lot_id
                WHERE m.place = 1 AND m.to_at IS DISTINCT FROM coalesce(l.lapses_at, l.expires_at)) moved
            JOIN lots l ON l.programme_id = {0} AND l.id = moved.id
            JOIN ledger_entries e ON e.programme_id = {0} AND e.id = l.entry_id""",
    ),
)
