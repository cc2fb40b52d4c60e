"""Entries among themselves: running, each key once, reversed once (PRODUCT C1)."""

from loyalty.ledger.invariants.invariant import Invariant

INVARIANTS = (
    Invariant(
        "balance_after_runs",
        "Each entry says the balance after it: the sum up to its number.",
        """SELECT 'entry ' || uid AS offender FROM (SELECT uid, balance_after,
                sum(points) OVER (PARTITION BY customer_id ORDER BY seq) AS running
            FROM ledger_entries WHERE programme_id = {0}) e WHERE balance_after <> running""",
    ),
    Invariant(
        "key_is_unique",
        "No two entries carry the same key.",
        """SELECT 'entry ' || e.uid AS offender FROM ledger_entries e JOIN (
                SELECT key FROM ledger_entries WHERE programme_id = {0} GROUP BY key HAVING count(*) > 1) twice
                ON twice.key = e.key
            WHERE e.programme_id = {0}""",
    ),
    Invariant(
        "reversal_nets_zero",
        "A reversal is the exact opposite of an earlier entry of the same customer.",
        """SELECT 'entry ' || r.uid AS offender FROM ledger_entries r
            LEFT JOIN ledger_entries e ON e.programme_id = {0} AND e.id = r.reverses_id
            WHERE r.programme_id = {0} AND r.reverses_id IS NOT NULL AND (e.id IS NULL OR r.points <> -e.points
                OR r.qualifying <> -e.qualifying OR r.customer_id <> e.customer_id OR r.seq <= e.seq)""",
    ),
    Invariant(
        "reversed_once",
        "No entry is reversed twice.",
        """SELECT 'entry ' || e.uid AS offender FROM ledger_entries e
            JOIN (SELECT reverses_id FROM ledger_entries WHERE programme_id = {0} AND reverses_id IS NOT NULL
                GROUP BY reverses_id HAVING count(*) > 1) twice ON twice.reverses_id = e.id
            WHERE e.programme_id = {0}""",
    ),
)
