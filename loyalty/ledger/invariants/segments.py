"""Who is in a segment is who the history of entries and exits says (PRODUCT K5)."""

from loyalty.ledger.invariants.invariant import Invariant

INVARIANTS = (
    Invariant(
        "member_entered_by_a_move",
        "Whoever is in a segment entered it by a move of its history, and by none has left it since.",
        """SELECT 'segment ' || s.uid || ', customer ' || c.uid AS offender FROM segment_members m
            JOIN segments s ON s.programme_id = {0} AND s.id = m.segment_id
            JOIN customers c ON c.programme_id = {0} AND c.id = m.customer_id
            LEFT JOIN segment_moves v ON v.programme_id = {0} AND v.id = m.move_id AND v.segment_id = m.segment_id
                AND v.customer_id = m.customer_id AND v.entered = true
            WHERE m.programme_id = {0} AND (v.id IS NULL OR EXISTS (
                SELECT 1 FROM segment_moves later WHERE later.programme_id = {0}
                    AND later.customer_id = m.customer_id AND later.id > m.move_id
                    AND later.segment_id = m.segment_id AND later.entered = false))""",
    ),
    Invariant(
        "entered_is_member_or_left",
        "Whoever entered a segment is in it, or left it by a later move.",
        """SELECT 'segment ' || s.uid || ', customer ' || c.uid AS offender FROM segment_moves v
            JOIN segments s ON s.programme_id = {0} AND s.id = v.segment_id
            JOIN customers c ON c.programme_id = {0} AND c.id = v.customer_id
            WHERE v.programme_id = {0} AND v.entered = true AND NOT EXISTS (
                SELECT 1 FROM segment_members m WHERE m.programme_id = {0} AND m.segment_id = v.segment_id
                    AND m.customer_id = v.customer_id)
                AND NOT EXISTS (SELECT 1 FROM segment_moves later WHERE later.programme_id = {0}
                    AND later.customer_id = v.customer_id AND later.id > v.id
                    AND later.segment_id = v.segment_id AND later.entered = false)""",
    ),
    Invariant(
        "archived_segment_is_empty",
        "Nobody is in a segment that was archived.",
        """SELECT 'segment ' || s.uid AS offender FROM segments s
            WHERE s.programme_id = {0} AND s.archived_at IS NOT NULL AND EXISTS (SELECT 1 FROM segment_members m
                WHERE m.programme_id = {0} AND m.segment_id = s.id)""",
    ),
    Invariant(
        "member_beside_their_tier",
        "The tier kept beside a segment's member is the one they stand in, unless they wait to be looked at.",
        """SELECT 'segment ' || s.uid || ', customer ' || c.uid AS offender FROM segment_members m
            JOIN segments s ON s.programme_id = {0} AND s.id = m.segment_id
            JOIN customers c ON c.programme_id = {0} AND c.id = m.customer_id
            LEFT JOIN customer_tiers t ON t.programme_id = {0} AND t.customer_id = m.customer_id
            WHERE m.programme_id = {0} AND coalesce(m.tier_id, 0) <> coalesce(t.tier_id, 0) AND NOT EXISTS (
                SELECT 1 FROM segment_due d WHERE d.programme_id = {0} AND d.customer_id = m.customer_id)""",
    ),
    Invariant(
        "one_value_segment_each",
        "Nobody is in two value segments.",
        """SELECT 'customer ' || c.uid AS offender FROM segment_members m
            JOIN segments s ON s.programme_id = {0} AND s.id = m.segment_id AND s.kind = 'value'
            JOIN customers c ON c.programme_id = {0} AND c.id = m.customer_id
            WHERE m.programme_id = {0} GROUP BY c.uid HAVING count(*) > 1""",
    ),
)
