"""Issued rewards: one code, one debit, returned at most once (PRODUCT E)."""

from loyalty.ledger.invariants.invariant import Invariant, same_person


def _kept(number: str) -> str:
    """One number of the price that is kept with a code; NULL where it has none."""
    return f"CAST(i.price ->> '{number}' AS BIGINT)"


INVARIANTS = (
    Invariant(
        "code_is_unique",
        "No two issued rewards share a code, whatever its case.",
        """SELECT 'issued reward ' || i.uid AS offender FROM issued_rewards i
            JOIN (SELECT lower(code) AS code FROM issued_rewards WHERE programme_id = {0}
                GROUP BY lower(code) HAVING count(*) > 1) twice ON twice.code = lower(i.code)
            WHERE i.programme_id = {0}""",
    ),
    Invariant(
        "code_state_has_its_moment",
        "A used, void or reserved code says when, and no other code does.",
        """SELECT 'issued reward ' || uid AS offender FROM issued_rewards WHERE programme_id = {0}
            AND ((status = 'used') <> (used_at IS NOT NULL) OR (status = 'void') <> (voided_at IS NOT NULL)
                OR (status = 'reserved' AND reserved_until IS NULL))""",
    ),
    Invariant(
        "paid_reward_has_its_debit",
        "A reward paid with points names the redemption of its customer, of that many points.",
        f"""SELECT 'issued reward ' || i.uid AS offender FROM issued_rewards i
            LEFT JOIN ledger_entries e ON e.programme_id = {{0}} AND e.id = i.entry_id
            WHERE i.programme_id = {{0}} AND ((i.entry_id IS NULL AND i.points_paid <> 0)
                OR (i.entry_id IS NOT NULL AND (e.id IS NULL OR e.kind <> 'redeem' OR -e.points <> i.points_paid
                    OR i.customer_id IS NULL OR NOT {same_person("e.customer_id", "i.customer_id")})))""",
    ),
    Invariant(
        "price_is_what_was_paid",
        "The price kept with a code is the points that were paid for it, and follows from its list price and cut.",
        f"""SELECT 'issued reward ' || i.uid AS offender FROM issued_rewards i
            WHERE i.programme_id = {{0}} AND ({_kept("points")} IS NULL OR {_kept("points")} <> i.points_paid
                OR {_kept("points")} <> CASE
                    WHEN {_kept("new_points")} < {_kept("list_points")} THEN {_kept("new_points")}
                    WHEN {_kept("new_points")} IS NOT NULL THEN {_kept("list_points")}
                    ELSE {_kept("list_points")} * (100 - {_kept("cut_percent")}) / 100 END)""",
    ),
    Invariant(
        "own_cut_is_paid_by_its_person",
        "A price cut of one person was paid by that person, for its reward, by its percentage, while it held.",
        f"""SELECT 'issued reward ' || i.uid AS offender FROM price_cuts p
            JOIN issued_rewards i ON i.programme_id = {{0}} AND i.reward_id = p.reward_id
              AND i.price ->> 'cut' = p.uid
            WHERE p.programme_id = {{0}} AND p.customer_id IS NOT NULL AND ({_kept("cut_percent")} <> p.percent
              OR i.issued_at < p.starts_at OR i.issued_at >= p.ends_at
              OR i.customer_id IS NULL OR NOT {same_person("p.customer_id", "i.customer_id")})
            UNION SELECT 'issued reward ' || i.uid FROM issued_rewards i
            JOIN price_cuts p ON p.programme_id = {{0}} AND p.uid = i.price ->> 'cut'
            WHERE i.programme_id = {{0}} AND p.reward_id <> i.reward_id""",
    ),
    Invariant(
        "redemption_has_one_reward",
        "Every redemption bought exactly one reward.",
        """SELECT 'entry ' || e.uid AS offender FROM ledger_entries e
            LEFT JOIN (SELECT entry_id, count(*) AS n FROM issued_rewards WHERE programme_id = {0} GROUP BY entry_id) i
                ON i.entry_id = e.id
            WHERE e.programme_id = {0} AND e.kind = 'redeem' AND coalesce(i.n, 0) <> 1""",
    ),
    Invariant(
        "returned_reward_is_void",
        "Where the points of a reward were returned for good, its code can't be used.",
        """SELECT 'issued reward ' || i.uid AS offender FROM issued_rewards i
            JOIN ledger_entries r ON r.programme_id = {0} AND r.reverses_id = i.entry_id
            WHERE i.programme_id = {0} AND i.status NOT IN ('void', 'expired') AND NOT EXISTS (
                SELECT 1 FROM ledger_entries u WHERE u.programme_id = {0} AND u.reverses_id = r.id)""",
    ),
)
