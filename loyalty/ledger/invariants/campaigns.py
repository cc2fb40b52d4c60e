"""Campaigns: what they did is measured against those who got nothing (PRODUCT M3)."""

from loyalty.ledger.invariants.invariant import Invariant

INVARIANTS = (
    Invariant(
        "who_is_held_back_gets_nothing",
        "Nobody in the holdout of a campaign has its mail or its points.",
        """SELECT 'campaign ' || c.uid AS offender FROM campaign_recipients r
            JOIN campaigns c ON c.programme_id = {0} AND c.id = r.campaign_id
            JOIN customers u ON u.programme_id = {0} AND u.id = r.customer_id
            WHERE r.programme_id = {0} AND r.arm = 'control' AND (r.mail_id IS NOT NULL OR EXISTS (
              SELECT 1 FROM ledger_entries e WHERE e.programme_id = {0}
                AND e.key = 'campaign:' || c.uid || ':' || u.uid))""",
    ),
)
