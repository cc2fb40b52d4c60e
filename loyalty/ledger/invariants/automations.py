"""Automations: whoever one began for has a place, and nobody has one without (PRODUCT M5)."""

from loyalty.ledger.invariants.invariant import Invariant

INVARIANTS = (
    Invariant(
        "runs_and_places_match",
        "Whoever an automation's moment came for has a place in its campaign, and nobody else has.",
        """SELECT 'campaign ' || c.uid AS offender FROM automation_runs r
            JOIN campaigns c ON c.programme_id = {0} AND c.id = r.campaign_id
            WHERE r.programme_id = {0} AND NOT EXISTS (SELECT 1 FROM campaign_recipients w
              WHERE w.programme_id = {0} AND w.campaign_id = r.campaign_id AND w.customer_id = r.customer_id)
        UNION ALL
        SELECT 'campaign ' || c.uid FROM campaign_recipients w
            JOIN campaigns c ON c.programme_id = {0} AND c.id = w.campaign_id AND c.automation_id IS NOT NULL
            WHERE w.programme_id = {0} AND NOT EXISTS (SELECT 1 FROM automation_runs r
              WHERE r.programme_id = {0} AND r.campaign_id = w.campaign_id AND r.customer_id = w.customer_id)""",
    ),
)
