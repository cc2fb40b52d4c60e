"""A stored referral as staff read it."""

from db.engine import Row, loads
from db.enums import ReferralStatus
from db.ids import moment_of
from loyalty.activities.referrals.views import Party, ReferralView
from loyalty.rules.naming import name_of
from loyalty.rules.referral_fraud import Evidence
from loyalty.rules.referrals import LEGAL_MOVES, waits_for_decision

COLUMNS = """f.id, f.uid, f.status, f.version, f.friend_name, f.friend_email, f.score, f.evidence, f.claimed_at,
    f.lapses_at, f.completed_at, f.ended_at, f.end_reason, o.name AS order_name, e.points, x.name AS referrer_reward,
    w.name AS coupon_name, a.uid AS referrer_uid, a.first_name, a.last_name, a.email, a.phone, a.erased_at,
    b.uid AS friend_uid, b.first_name AS b_first, b.last_name AS b_last, b.email AS b_email, b.phone AS b_phone,
    b.erased_at AS b_erased_at"""
"""What `view` reads of a referral `f`."""

JOINS = """JOIN customers a ON a.programme_id = {0} AND a.id = f.referrer_id
    LEFT JOIN customers b ON b.programme_id = {0} AND b.id = f.friend_id
    LEFT JOIN orders o ON o.programme_id = {0} AND o.id = f.order_id
    LEFT JOIN ledger_entries e ON e.programme_id = {0} AND e.id = f.referrer_entry_id
    LEFT JOIN issued_rewards i ON i.programme_id = {0} AND i.id = f.referrer_reward_id
    LEFT JOIN rewards x ON x.programme_id = {0} AND x.id = i.reward_id
    LEFT JOIN issued_rewards j ON j.programme_id = {0} AND j.id = f.coupon_id
    LEFT JOIN rewards w ON w.programme_id = {0} AND w.id = j.reward_id"""
"""{0} is the programme."""

NAMELESS_FRIEND = "A friend"


def view(row: Row) -> ReferralView:
    """One referral."""
    status = ReferralStatus(row["status"])
    return ReferralView(
        uid=row["uid"],
        status=status,
        version=row["version"],
        referrer=Party(name_of(row), row["email"], row["referrer_uid"]),
        friend=_friend(row),
        # A referral's id is made from the moment of the click or claim it began with.
        began=moment_of(row["id"]),
        claimed=row["claimed_at"],
        lapses=row["lapses_at"],
        completed=row["completed_at"],
        ended=row["ended_at"],
        because=row["end_reason"] or None,
        order=row["order_name"],
        coupon=row["coupon_name"],
        points=row["points"],
        reward=row["referrer_reward"],
        kept=status is not ReferralStatus.REVERSED,
        score=row["score"],
        evidence=tuple(Evidence(**each) for each in loads(row["evidence"])),
        cancellable=(status, ReferralStatus.CANCELLED) in LEGAL_MOVES,
        decidable=waits_for_decision(status, row["score"]),
    )


def _friend(row: Row) -> Party | None:
    if row["claimed_at"] is None:
        return None
    if row["friend_uid"] is None:
        return Party(row["friend_name"] or row["friend_email"] or NAMELESS_FRIEND, row["friend_email"], None)
    known = {
        "first_name": row["b_first"],
        "last_name": row["b_last"],
        "email": row["b_email"],
        "phone": row["b_phone"],
        "erased_at": row["b_erased_at"],
    }
    return Party(name_of(known), row["b_email"], row["friend_uid"])
