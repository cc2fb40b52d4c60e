"""Everybody the programme knows."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from db.engine import is_sqlite, stream
from loyalty import clock

COLUMNS = (
    "uid", "email", "first_name", "last_name", "phone", "type", "tier", "accepts_email", "birth_month", "birth_day",
    "birth_year", "card_number", "referral_code", "orders", "spend_minor", "joined_at", "left_at", "last_activity_at",
    "segments", "r_days", "f_count", "m_minor", "r_score", "f_score", "m_score",
)  # fmt: skip

_SQL = """SELECT c.uid, c.email, c.first_name, c.last_name, c.phone, c.type, t.name AS tier, c.accepts_email,
        c.birth_month, c.birth_day, c.birth_year, c.card_number, c.referral_code, c.order_count AS orders,
        c.spend_minor, c.joined_at, c.left_at, c.last_activity_at,
        (SELECT {joined}(g.name, '; ') FROM (SELECT w.name FROM segment_members m
          JOIN segments w ON w.programme_id = m.programme_id AND w.id = m.segment_id AND w.archived_at IS NULL
          WHERE m.programme_id = {0} AND m.customer_id = c.id
          ORDER BY CASE w.kind WHEN 'value' THEN 0 ELSE 1 END, w.position, w.id) g) AS segments,
        z.day - f.last_day AS r_days, f.f_count, f.m_minor, f.r_score, f.f_score, f.m_score
    FROM customers c
    LEFT JOIN customer_tiers s ON s.programme_id = {0} AND s.customer_id = c.id
    LEFT JOIN segment_facts f ON f.programme_id = {0} AND f.customer_id = c.id
    LEFT JOIN segment_states z ON z.programme_id = {0}
    LEFT JOIN tiers t ON t.programme_id = {0} AND t.id = s.tier_id
    WHERE c.programme_id = {0} AND c.created_at <= {1}
    ORDER BY CASE WHEN c.email_key IS NULL THEN 1 ELSE 0 END, c.email_key, c.id"""


async def rows(programme_id: int, as_of: datetime | None) -> AsyncIterator[tuple[Any, ...]]:
    """One row a customer as they are now; `as_of` leaves out who came later."""
    sql = _SQL.replace("{joined}", "group_concat" if is_sqlite() else "string_agg")
    async for row in stream(sql, programme_id, as_of or clock.now()):
        yield tuple(row[name] for name in COLUMNS)
