"""The cached sums of an account against the entries, lots and debts they stand for (PRODUCT C6)."""

from loyalty.ledger.invariants.invariant import CUSTOMER, OF_CUSTOMER, Invariant, Kept, Reading

_ACCOUNTS = """accounts a
    LEFT JOIN (
        SELECT customer_id, sum(points) AS points, sum(qualifying) AS qualifying,
            sum(CASE WHEN kind IN ('earn_order', 'earn_action', 'bonus', 'referral', 'tier_reward', 'campaign')
                THEN points ELSE 0 END) AS earned,
            -sum(CASE WHEN kind IN ('redeem', 'redeem_reversal') THEN points ELSE 0 END) AS redeemed,
            -sum(CASE WHEN kind = 'expire' THEN points ELSE 0 END) AS expired,
            -sum(CASE WHEN kind IN ('refund_clawback', 'clawback_reversal') THEN points ELSE 0 END) AS clawed_back,
            sum(CASE WHEN kind IN ('adjust', 'import', 'merge', 'undo') THEN points ELSE 0 END) AS adjusted,
            count(*) AS n, min(seq) AS first, max(seq) AS last, count(DISTINCT seq) AS numbers
        FROM ledger_entries WHERE programme_id = {0} GROUP BY customer_id
    ) e ON e.customer_id = a.customer_id
    LEFT JOIN (SELECT customer_id, sum(remaining) AS remaining, max(remaining) AS most FROM lots
        WHERE programme_id = {0} GROUP BY customer_id) l ON l.customer_id = a.customer_id
    LEFT JOIN (SELECT customer_id, sum(remaining) AS remaining FROM debts
        WHERE programme_id = {0} GROUP BY customer_id) d ON d.customer_id = a.customer_id
    WHERE a.programme_id = {0}"""

INVARIANTS = (
    Invariant(
        "customer_has_account",
        "Every customer has an account.",
        """SELECT 'customer ' || c.uid AS offender FROM customers c
            LEFT JOIN accounts a ON a.programme_id = {0} AND a.customer_id = c.id
            WHERE c.programme_id = {0} AND a.customer_id IS NULL""",
    ),
    Reading(
        OF_CUSTOMER.format("a.customer_id"),
        _ACCOUNTS,
        (
            Kept(
                "balance_is_sum_of_entries",
                "The cached balance is the sum of the entries.",
                "a.balance <> coalesce(e.points, 0)",
            ),
            Kept(
                "balance_is_lots_less_debt",
                "The balance is what is left in lots less what is owed.",
                "a.balance <> coalesce(l.remaining, 0) - a.debt",
            ),
            Kept(
                "balance_is_made_of_its_sums",
                "Balance = earned − redeemed − expired − clawed back + adjusted.",
                "a.balance <> a.earned - a.redeemed - a.expired - a.clawed_back + a.adjusted",
            ),
            Kept(
                "sums_match_entries",
                "Each running sum of an account is the sum of the entries it stands for.",
                """a.earned <> coalesce(e.earned, 0) OR a.redeemed <> coalesce(e.redeemed, 0)
                OR a.expired <> coalesce(e.expired, 0) OR a.clawed_back <> coalesce(e.clawed_back, 0)
                OR a.adjusted <> coalesce(e.adjusted, 0) OR a.qualifying <> coalesce(e.qualifying, 0)""",
            ),
            Kept(
                "entries_are_numbered",
                "An account numbers its entries 1, 2, 3 … and knows the last number.",
                "a.seq <> coalesce(e.last, 0) OR e.first <> 1 OR e.last <> e.n OR e.numbers <> e.n",
            ),
            Kept(
                "debt_is_sum_of_debts",
                "The cached debt is the sum of the open debts.",
                "a.debt <> coalesce(d.remaining, 0)",
            ),
            Kept(
                "debtors_have_no_points",
                "Whoever owes points has none left in a lot.",
                "a.debt > 0 AND l.most > 0",
            ),
        ),
    ),
    Invariant(
        "debt_only_where_allowed",
        "Nobody came into debt since the programme stopped allowing it, except by what a merge carried over.",
        f"""SELECT 'customer ' || c.uid AS offender FROM debts d {CUSTOMER.format("d.customer_id")}
            JOIN ledger_entries e ON e.programme_id = {{0}} AND e.id = d.entry_id
            JOIN programmes p ON p.programme_id = {{0}}
            WHERE d.programme_id = {{0}} AND p.negative_policy <> 'allow'
                AND e.kind NOT IN ('merge', 'undo') AND e.recorded_at > coalesce(
                (SELECT max(x.at) FROM actions x WHERE x.programme_id = {{0}} AND x.verb = 'programme.applied'),
                p.created_at)""",
    ),
)
