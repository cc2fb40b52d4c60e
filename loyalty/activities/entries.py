"""A ledger entry as staff read it: what it was about, why, who, and what undid it (PRODUCT C1, D2)."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from db.engine import Row, loads
from db.enums import ActorKind, EntryKind
from db.ids import moment_of
from loyalty.activities.reasons import why
from loyalty.activities.views import EntryView
from loyalty.ledger.lifetimes import UNTIL_VERIFIED
from loyalty.programmes import Programme
from loyalty.rules.days import local_day

COLUMNS = """e.id, e.uid, e.kind, e.points, e.effective_at, e.available_at, e.expires_at, e.breakdown, e.reason,
    e.comment, e.actor_kind, e.actor_name, o.name AS order_name, r.name AS reward_name, i.code AS reward_code,
    f.friend_name, f.friend_email, v.product_title, w.uid AS undoes,
    (SELECT u.uid FROM ledger_entries u WHERE u.programme_id = {0} AND u.reverses_id = e.id) AS undone_by,
    CASE WHEN e.kind = 'expire' THEN (SELECT min(x.lot_id) FROM allocations x
        WHERE x.programme_id = {0} AND x.entry_id = e.id) END AS lot_id"""
"""What `view` reads of an entry `e`; {0} is the programme."""

JOINS = """LEFT JOIN orders o ON o.programme_id = {0} AND o.id = e.order_id
    LEFT JOIN issued_rewards i ON i.programme_id = {0} AND i.id = e.issued_reward_id
    LEFT JOIN rewards r ON r.programme_id = {0} AND r.id = i.reward_id
    LEFT JOIN referrals f ON f.programme_id = {0} AND f.id = e.referral_id
    LEFT JOIN reviews v ON v.programme_id = {0} AND v.id = e.review_id
    LEFT JOIN ledger_entries w ON w.programme_id = {0} AND w.id = e.reverses_id"""


def view(row: Row, programme: Programme, zone: ZoneInfo, *, balance: int | None = None) -> EntryView:
    """One entry. `balance` is the points after it, None where it isn't shown."""
    kind = EntryKind(row["kind"])
    # A lot's id is made from the moment its points were credited.
    credited_on = local_day(moment_of(row["lot_id"]), zone) if row["lot_id"] is not None else None
    breakdown = loads(row["breakdown"])
    held = row["available_at"] if row["available_at"] != UNTIL_VERIFIED else None
    return EntryView(
        uid=row["uid"],
        kind=kind,
        points=row["points"],
        balance=balance,
        at=row["effective_at"],
        subject=_subject(row, kind, breakdown),
        why=why(
            kind,
            breakdown,
            currency=programme.currency,
            code=row["reward_code"],
            credited_on=credited_on,
        ),
        actor=None if row["actor_kind"] == ActorKind.SYSTEM else row["actor_name"],
        reason=row["reason"] or None,
        comment=row["comment"] or None,
        releases=held,
        expires=row["expires_at"],
        undone_by=row["undone_by"],
        undoes=row["undoes"],
    )


def _subject(row: Row, kind: EntryKind, breakdown: Mapping[str, Any]) -> str | None:
    names = ("reward_name", "friend_name", "friend_email", "product_title", "order_name")
    # What a refund took of a bonus for several orders is no entry of the one that was refunded.
    refunded = breakdown.get("order") if kind is EntryKind.REFUND_CLAWBACK else None
    return next((row[name] for name in names if row[name]), refunded)
