"""Customers: their types, the moves between them, and what each type may not have (PRODUCT A)."""

from loyalty.ledger.invariants.invariant import CUSTOMER, Invariant

_TYPE_THEN = """coalesce((SELECT t.to_type FROM type_changes t
        WHERE t.programme_id = {0} AND t.customer_id = e.customer_id AND t.at <= e.effective_at
        ORDER BY t.at DESC, t.id DESC LIMIT 1), 'guest')"""

INVARIANTS = (
    Invariant(
        "type_is_last_move",
        "A customer's type is where the last recorded move led; without a move it is guest.",
        """SELECT 'customer ' || c.uid AS offender FROM customers c
            LEFT JOIN type_changes t ON t.programme_id = {0} AND t.customer_id = c.id AND t.id = (
                SELECT max(x.id) FROM type_changes x WHERE x.programme_id = {0} AND x.customer_id = c.id)
            WHERE c.programme_id = {0} AND c.type <> coalesce(t.to_type, 'guest')""",
    ),
    Invariant(
        "type_moves_are_a_chain",
        "Every move starts from the type the one before led to, and is one of the four legal ones.",
        f"""SELECT DISTINCT 'customer ' || c.uid AS offender FROM (SELECT customer_id, from_type, to_type,
                coalesce(lag(to_type) OVER (PARTITION BY customer_id ORDER BY id), 'guest') AS was
            FROM type_changes WHERE programme_id = {{0}}) t {CUSTOMER.format("t.customer_id")}
            WHERE t.from_type <> t.was OR t.from_type || '>' || t.to_type
                NOT IN ('guest>member', 'guest>left', 'member>left', 'left>member')""",
    ),
    Invariant(
        "left_customers_earn_nothing",
        "Nobody earned while they had left the programme.",
        f"""SELECT 'entry ' || e.uid AS offender FROM (SELECT DISTINCT customer_id FROM type_changes
                WHERE programme_id = {{0}} AND to_type = 'left') w
            JOIN ledger_entries e ON e.programme_id = {{0}} AND e.customer_id = w.customer_id
            WHERE e.kind IN ('earn_order', 'earn_action', 'bonus', 'referral', 'tier_reward', 'campaign')
            AND {_TYPE_THEN} = 'left' AND NOT EXISTS (SELECT 1 FROM type_changes s WHERE s.programme_id = {{0}}
                AND s.customer_id = e.customer_id AND s.at = e.effective_at)""",
    ),
    Invariant(
        "only_members_redeem",
        "Whoever redeemed was a member at that moment.",
        f"""SELECT 'entry ' || e.uid AS offender FROM ledger_entries e
            WHERE e.programme_id = {{0}} AND e.kind = 'redeem' AND {_TYPE_THEN} <> 'member'""",
    ),
    Invariant(
        "address_is_unique",
        "No two customers have the same e-mail address.",
        """SELECT 'customer ' || c.uid AS offender FROM customers c
            JOIN (SELECT email_key FROM customers WHERE programme_id = {0} AND email_key IS NOT NULL
                GROUP BY email_key HAVING count(*) > 1) twice ON twice.email_key = c.email_key
            WHERE c.programme_id = {0}""",
    ),
    Invariant(
        "erased_people_are_gone",
        "Nothing personal is left of a person who was erased.",
        """SELECT 'customer ' || uid AS offender FROM customers WHERE programme_id = {0} AND erased_at IS NOT NULL
            AND (email IS NOT NULL OR email_key IS NOT NULL OR phone IS NOT NULL OR birth_year IS NOT NULL
                OR last_name <> '')""",
    ),
)
