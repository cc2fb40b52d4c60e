"""Each entry beside the lot that it opened and the order that it is about (PRODUCT B5, C1, C3, J1)."""

from loyalty.ledger.invariants.invariant import Kept, Reading, same_person
from loyalty.ledger.invariants.lots import GIVES_BACK

# A late notice moves the date to the end of the seventh business day after it. Where clocks are put
# forward meanwhile that is an hour short of seven days, so six full days are asked for.
_SOON = """l.lapses_at IS NOT NULL
    AND (l.notified_at IS NULL OR l.expires_at IS NULL OR l.lapses_at < l.expires_at OR {soon})"""

INVARIANTS = (
    Reading(
        "'entry ' || e.uid",
        """ledger_entries e
            LEFT JOIN lots l ON l.programme_id = {0} AND l.entry_id = e.id
            LEFT JOIN (SELECT entry_id FROM lots WHERE programme_id = {0} GROUP BY entry_id HAVING count(*) > 1) more
                ON more.entry_id = e.id
            LEFT JOIN orders o ON o.programme_id = {0} AND o.id = e.order_id
            WHERE e.programme_id = {0}""",
        (
            Kept(
                "sign_matches_kind",
                "What is earned or returned adds, what is redeemed, clawed back or expired takes, nothing is 0.",
                """e.points = 0
                OR (e.points < 0 AND e.kind IN ('earn_order', 'earn_action', 'bonus', 'referral', 'tier_reward',
                    'campaign', 'redeem_reversal', 'clawback_reversal'))
                OR (e.points > 0 AND e.kind IN ('redeem', 'refund_clawback', 'expire'))""",
            ),
            Kept(
                "credit_opens_one_lot",
                "A credit opens one lot of its size, a debit none.",
                f"""(e.points < 0 AND l.id IS NOT NULL) OR (e.points > 0
                AND (l.id IS NULL OR l.points <> e.points OR more.entry_id IS NOT NULL) AND NOT {GIVES_BACK})""",
            ),
            Kept(
                "lot_stays_with_its_customer",
                "A lot belongs to the customer of its entry.",
                "l.customer_id <> e.customer_id",
            ),
            Kept(
                "notice_before_expiry",
                "A lot lapses on or after its expiry date, and only days after its notice was delivered.",
                _SOON.format(soon="l.lapses_at < l.notified_at + interval '6 days'"),
                sqlite=_SOON.format(soon="julianday(l.lapses_at) < julianday(l.notified_at) + 6"),
                offender="'lot of entry ' || e.uid",
            ),
            Kept(
                "order_points_belong_to_its_customer",
                "Entries about an order are on the account of the customer who placed it.",
                f"""o.id IS NOT NULL AND e.kind IN ('earn_order', 'refund_clawback', 'clawback_reversal')
                AND (o.customer_id IS NULL OR (o.customer_id <> e.customer_id
                    AND NOT {same_person("e.customer_id", "o.customer_id")}))""",
            ),
        ),
    ),
)
