"""The whole ledger, oldest first."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from db.engine import stream
from loyalty import clock

COLUMNS = (
    "uid", "email", "number", "kind", "points", "qualifying", "balance_after", "effective_at", "recorded_at",
    "available_at", "expires_at", "order", "reverses", "reason", "comment", "actor",
)  # fmt: skip

_SQL = """SELECT e.uid, c.email, e.seq AS number, e.kind, e.points, e.qualifying, e.balance_after, e.effective_at,
        e.recorded_at, e.available_at, e.expires_at, o.name AS "order", r.uid AS reverses, e.reason, e.comment,
        e.actor_name AS actor
    FROM ledger_entries e
    JOIN customers c ON c.programme_id = {0} AND c.id = e.customer_id
    LEFT JOIN orders o ON o.programme_id = {0} AND o.id = e.order_id
    LEFT JOIN ledger_entries r ON r.programme_id = {0} AND r.id = e.reverses_id
    WHERE e.programme_id = {0} AND e.effective_at <= {1} ORDER BY e.id"""


async def rows(programme_id: int, as_of: datetime | None) -> AsyncIterator[tuple[Any, ...]]:
    """One row an entry that was effective by `as_of`, in the order of ids, which is that of these moments."""
    async for row in stream(_SQL, programme_id, as_of or clock.now()):
        yield tuple(row[name] for name in COLUMNS)
