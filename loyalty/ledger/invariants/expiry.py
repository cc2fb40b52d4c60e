"""Expiry: only after its date, only after a notice in time, and nothing is drawn from the dead (PRODUCT J1)."""

from loyalty.ledger.invariants.invariant import Invariant

# A late notice moves the date to the end of the seventh business day after it. Where clocks are put
# forward meanwhile that is an hour short of seven days, so six full days are asked for.
_SOON = """SELECT 'lot of entry ' || e.uid AS offender FROM lots l
    JOIN ledger_entries e ON e.programme_id = {{0}} AND e.id = l.entry_id
    WHERE l.programme_id = {{0}} AND l.lapses_at IS NOT NULL
      AND (l.notified_at IS NULL OR l.expires_at IS NULL OR l.lapses_at < l.expires_at OR {soon})"""

INVARIANTS = (
    Invariant(
        "notice_before_expiry",
        "A lot lapses on or after its expiry date, and only days after its notice was delivered.",
        _SOON.format(soon="l.lapses_at < l.notified_at + interval '6 days'"),
        sqlite=_SOON.format(soon="julianday(l.lapses_at) < julianday(l.notified_at) + 6"),
    ),
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
        """SELECT 'lot of entry ' || e.uid AS offender FROM lots l
            JOIN ledger_entries e ON e.programme_id = {0} AND e.id = l.entry_id
            LEFT JOIN expiry_moves m ON m.programme_id = {0} AND m.lot_id = l.id AND m.id = (
                SELECT max(x.id) FROM expiry_moves x WHERE x.programme_id = {0} AND x.lot_id = l.id)
            WHERE l.programme_id = {0} AND ((m.id IS NULL AND l.lapses_at <> l.expires_at)
                OR (m.id IS NOT NULL AND m.to_at IS DISTINCT FROM coalesce(l.lapses_at, l.expires_at)))""",
    ),
)
