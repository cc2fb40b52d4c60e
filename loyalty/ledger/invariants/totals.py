"""What a list's head adds up is what the entries say (PRODUCT D2)."""

from loyalty.ledger.invariants.invariant import Invariant
from loyalty.ledger.totals import CREDITED, DEBITED, QUARTER, SIZES

_OFF = "HAVING sum(entries) <> 0 OR sum(credited) <> 0 OR sum(debited) <> 0"
_LONGER = ", ".join(f"({size})" for size in SIZES[1:])
_NAMED = "'total of ' || kind || ', quarter ' || start || ' of an hour since 1990'"

INVARIANTS = (
    Invariant(
        "totals_hold_every_entry",
        "Each entry is in its quarter of an hour's total or waits to be, and nothing else is.",
        f"""SELECT {_NAMED} AS offender FROM (
                SELECT start, kind, entries, credited, debited FROM entry_totals
                WHERE programme_id = {{0}} AND size = 1
                UNION ALL SELECT id / {QUARTER}, kind, 1, {CREDITED}, {DEBITED} FROM uncounted_entries
                WHERE programme_id = {{0}}
                UNION ALL SELECT id / {QUARTER}, kind, -1, -({CREDITED}), -({DEBITED}) FROM ledger_entries
                WHERE programme_id = {{0}}) parts
            GROUP BY start, kind {_OFF}""",
    ),
    Invariant(
        "longer_totals_are_sums",
        "The total of an hour, of a day and of thirty is the sum of its quarters of an hour.",
        f"""SELECT {_NAMED} || ', ' || size || ' long' AS offender FROM (
                SELECT size, start, kind, entries, credited, debited FROM entry_totals
                WHERE programme_id = {{0}} AND size > 1
                UNION ALL SELECT s.column1, t.start / s.column1 * s.column1, t.kind, -t.entries, -t.credited, -t.debited
                FROM entry_totals t JOIN (VALUES {_LONGER}) s ON s.column1 > t.size
                WHERE t.programme_id = {{0}} AND t.size = 1) parts
            GROUP BY size, start, kind {_OFF}""",
    ),
)
