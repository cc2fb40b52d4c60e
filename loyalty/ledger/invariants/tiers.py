"""Tiers: the standing is the end of its history, thresholds rise with rank (PRODUCT F)."""

from loyalty.ledger.invariants.invariant import CUSTOMER, Invariant

INVARIANTS = (
    Invariant(
        "tier_is_last_change",
        "A customer's tier is where the last recorded change led.",
        """SELECT 'customer ' || c.uid AS offender FROM customers c
            LEFT JOIN customer_tiers s ON s.programme_id = {0} AND s.customer_id = c.id
            LEFT JOIN tier_changes t ON t.programme_id = {0} AND t.customer_id = c.id AND t.id = (
                SELECT max(x.id) FROM tier_changes x WHERE x.programme_id = {0} AND x.customer_id = c.id)
            WHERE c.programme_id = {0} AND coalesce(s.tier_id, 0) <> coalesce(t.to_tier_id, 0)""",
    ),
    Invariant(
        "tier_changes_are_a_chain",
        "Every tier change starts from the tier the one before led to, and goes elsewhere.",
        f"""SELECT DISTINCT 'customer ' || c.uid AS offender FROM (SELECT customer_id,
                coalesce(from_tier_id, 0) AS f, coalesce(to_tier_id, 0) AS t,
                coalesce(lag(to_tier_id) OVER (PARTITION BY customer_id ORDER BY id), 0) AS was
            FROM tier_changes WHERE programme_id = {{0}}) h {CUSTOMER.format("h.customer_id")}
            WHERE h.f <> h.was OR h.f = h.t""",
    ),
    Invariant(
        "thresholds_rise_with_rank",
        "A higher tier needs more than the one below it.",
        """SELECT 'tier ' || uid AS offender FROM (SELECT uid, threshold,
                lag(threshold) OVER (ORDER BY rank) AS below
            FROM tiers WHERE programme_id = {0} AND archived_at IS NULL) t WHERE threshold <= below""",
    ),
)
