"""Campaigns: what they did is measured against those who got nothing (PRODUCT M3)."""

from loyalty.ledger.invariants.invariant import Invariant

_GIVEN = "SELECT 1 FROM {} g WHERE g.programme_id = {{0}} AND g.{} = 'campaign:' || c.uid || ':' || u.uid"
_NAMED = "SELECT 1 FROM {} g WHERE g.programme_id = {{0}} AND g.campaign_id = c.id AND g.customer_id = u.id"
_GIFTS = (
    _GIVEN.format("ledger_entries", "key"),
    _GIVEN.format("multipliers", "key"),
    _GIVEN.format("issued_rewards", "key"),
    _GIVEN.format("order_bonuses", "key"),
    _NAMED.format("price_cuts"),
    _NAMED.format("campaign_codes"),
)
_KNOWN = {
    "clicked": "r.clicked_at",
    "measured": "CASE WHEN r.measured = true THEN 1 END",
    "opened": "r.opened_at",
    "mails": "r.mail_id",
    "messages": "r.message_id",
    "messages_read": "r.read_at",
    "texts": "r.call_id",
    "texts_taken": "CASE WHEN r.call_state = 'sent' THEN 1 END",
    "texts_refused": "CASE WHEN r.call_state = 'refused' THEN 1 END",
}

INVARIANTS = (
    Invariant(
        "who_is_held_back_gets_nothing",
        "Nobody in the holdout of a campaign has its message, and nobody beside it has anything that it gives.",
        f"""SELECT 'campaign ' || c.uid AS offender FROM campaign_recipients r
            JOIN campaigns c ON c.programme_id = {{0}} AND c.id = r.campaign_id
            JOIN customers u ON u.programme_id = {{0}} AND u.id = r.customer_id
            WHERE r.programme_id = {{0}} AND r.arm IN ('control', 'broadcast')
              AND ((r.arm = 'control' AND (r.mail_id IS NOT NULL OR r.message_id IS NOT NULL OR r.call_id IS NOT NULL))
                OR {" OR ".join(f"EXISTS ({gift})" for gift in _GIFTS)})""",
    ),
    Invariant(
        "tallies_are_its_people",
        "A campaign counts exactly the people it has, by arm, state and reason, and what is known of them.",
        f"""SELECT DISTINCT 'campaign ' || c.uid AS offender FROM (
              SELECT a.campaign_id FROM (
                SELECT r.campaign_id, coalesce(r.arm, '') AS arm, r.state, r.reason, count(*) AS people,
                  sum(r.opens) AS opens, {", ".join(f"count({sql}) AS {name}" for name, sql in _KNOWN.items())}
                FROM campaign_recipients r WHERE r.programme_id = {{0}} GROUP BY 1, 2, 3, 4
                UNION ALL
                SELECT t.campaign_id, t.arm, t.state, t.reason, -t.people, -t.opens,
                  {", ".join(f"-t.{name}" for name in _KNOWN)} FROM campaign_tallies t
                WHERE t.programme_id = {{0}}) a
              GROUP BY a.campaign_id, a.arm, a.state, a.reason
              HAVING sum(a.people) <> 0 OR sum(a.opens) <> 0
                OR {" OR ".join(f"sum(a.{name}) <> 0" for name in _KNOWN)}) d
            JOIN campaigns c ON c.programme_id = {{0}} AND c.id = d.campaign_id""",
    ),
    Invariant(
        "messages_read_are_known",
        "Whoever opened a campaign’s message in the portal is known to have, and nobody else.",
        """SELECT 'campaign ' || c.uid AS offender FROM portal_messages m
            JOIN campaign_recipients r ON r.programme_id = {0} AND r.campaign_id = m.campaign_id
              AND r.message_id = m.id
            JOIN campaigns c ON c.programme_id = {0} AND c.id = m.campaign_id
            WHERE m.programme_id = {0} AND (m.read_at IS NULL) <> (r.read_at IS NULL)""",
    ),
    Invariant(
        "links_have_their_clicks",
        "A link counts exactly how often it was followed, by how many people, and each of them is known to have.",
        """SELECT 'campaign ' || c.uid || ' link ' || l.number AS offender FROM campaign_links l
            JOIN campaigns c ON c.programme_id = {0} AND c.id = l.campaign_id
            LEFT JOIN (SELECT k.campaign_id, k.number, count(*) AS clicks, count(DISTINCT k.customer_id) AS people,
                count(CASE WHEN r.clicked_at IS NULL THEN 1 END) AS unknown
              FROM campaign_clicks k JOIN campaign_recipients r ON r.programme_id = {0}
                AND r.campaign_id = k.campaign_id AND r.customer_id = k.customer_id
              WHERE k.programme_id = {0} GROUP BY k.campaign_id, k.number) f
              ON f.campaign_id = l.campaign_id AND f.number = l.number
            WHERE l.programme_id = {0} AND (l.clicks <> coalesce(f.clicks, 0) OR l.people <> coalesce(f.people, 0)
              OR coalesce(f.unknown, 0) > 0)""",
    ),
)
