"""A customer's notes, newest first."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import rows
from loyalty import turning

PAGE_SIZE = 10

_NOTES = """SELECT id, uid, body, actor_name, at FROM notes
    WHERE programme_id = {{0}} AND customer_id = {{1}} AND removed_at IS NULL{where}
    ORDER BY id {order} LIMIT {limit}"""


@dataclass(frozen=True, slots=True)
class NoteView:
    """One note as the team reads it."""

    uid: str
    body: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Notes:
    """One keyset page."""

    rows: tuple[NoteView, ...]
    previous: str | None
    next: str | None


async def notes(programme_id: int, customer_id: int, cursor: str | None = None) -> Notes:
    """One page of what the team wrote about a customer. Raises Invalid for a damaged cursor."""
    turn = turning.turn(cursor, int, size=PAGE_SIZE)
    where = f" AND id {turn.beyond} {{2}}" if turn.key else ""
    found = await rows(
        _NOTES.format(where=where, order=turn.order, limit=turn.limit),
        programme_id,
        customer_id,
        *(turn.key or ()),
    )
    page = turn.page(found, lambda row: (row["id"],))
    return Notes(tuple(_view(row) for row in page.items), page.previous, page.next)


def _view(row: turning.Row) -> NoteView:
    return NoteView(row["uid"], row["body"], row["actor_name"], row["at"])
