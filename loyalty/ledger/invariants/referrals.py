"""Referrals: each state has what it needs and nothing it must not have (PRODUCT G)."""

from loyalty.ledger.invariants.invariant import Invariant, same_person

INVARIANTS = (
    Invariant(
        "nobody_refers_themselves",
        "Referrer and friend are two people.",
        """SELECT 'referral ' || uid AS offender FROM referrals
            WHERE programme_id = {0} AND friend_id IS NOT NULL AND friend_id = referrer_id""",
    ),
    Invariant(
        "friend_is_referred_once",
        "A friend has at most one referral that is pending or completed.",
        """SELECT 'referral ' || r.uid AS offender FROM referrals r
            JOIN (SELECT friend_email_key FROM referrals WHERE programme_id = {0} AND friend_email_key IS NOT NULL
                    AND status IN ('pending', 'completed') GROUP BY friend_email_key HAVING count(*) > 1) twice
                ON twice.friend_email_key = r.friend_email_key
            WHERE r.programme_id = {0} AND r.status IN ('pending', 'completed')""",
    ),
    Invariant(
        "referral_state_is_consistent",
        "A pending referral has paid nothing; a completed one has its date and a payment that still stands.",
        f"""SELECT 'referral ' || r.uid AS offender FROM referrals r
            LEFT JOIN ledger_entries e ON e.programme_id = {{0}} AND e.id = r.referrer_entry_id
            LEFT JOIN ledger_entries v ON v.programme_id = {{0}} AND v.reverses_id = r.referrer_entry_id
            WHERE r.programme_id = {{0}} AND (
                (r.status IN ('clicked', 'pending') AND (r.referrer_entry_id IS NOT NULL OR r.completed_at IS NOT NULL))
                OR (r.status = 'pending' AND (r.claimed_at IS NULL OR r.friend_email_key IS NULL))
                OR (r.status = 'completed' AND (r.completed_at IS NULL OR v.id IS NOT NULL))
                OR (r.referrer_entry_id IS NOT NULL AND (e.id IS NULL
                    OR NOT {same_person("e.customer_id", "r.referrer_id")}))
                OR (r.status = 'reversed' AND r.referrer_entry_id IS NOT NULL AND v.id IS NULL))""",
    ),
    Invariant(
        "cancelled_referral_has_no_live_code",
        "The code of a cancelled referral can't be used, unless the referrer had left the programme.",
        """SELECT 'referral ' || r.uid AS offender FROM referrals r
            JOIN issued_rewards i ON i.programme_id = {0} AND i.id = r.coupon_id
            WHERE r.programme_id = {0} AND r.status IN ('cancelled', 'reversed')
              AND i.status IN ('outstanding', 'reserved')
              AND coalesce((SELECT t.to_type FROM type_changes t WHERE t.programme_id = {0}
                  AND t.customer_id = r.referrer_id AND t.at <= r.ended_at ORDER BY t.at DESC, t.id DESC LIMIT 1),
                  'guest') <> 'left'""",
    ),
)
