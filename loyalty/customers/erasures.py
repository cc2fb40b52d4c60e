"""Who asked to be forgotten and still waits, and whom staff are about to forget. PRODUCT O4."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import one, rows, snapshot
from db.enums import CustomerType
from db.paging import Page
from loyalty import turning
from loyalty.errors import Merged, NotFound
from loyalty.ledger.balances import balance
from loyalty.rules.naming import name_of

REQUEST = "erasure_request"
"""What the audit log files a request under: an index finds them by it."""

# A person may have asked as several records that are one now (PRODUCT B6); the first time counts.
OPEN = f"""(SELECT k.id, min(q.id) AS first FROM actions q
      JOIN customers c ON c.programme_id = q.programme_id AND c.id = q.subject_id
      JOIN customers k ON k.programme_id = c.programme_id AND k.id = coalesce(c.merged_into, c.id)
      WHERE q.programme_id = {{0}} AND q.subject_kind = '{REQUEST}' AND k.erased_at IS NULL GROUP BY k.id) w"""
"""Who asked and waits, and the action with which they first did."""

_WAITING = f"""SELECT w.first, k.uid, k.first_name, k.last_name, k.email, k.phone, q.at FROM {OPEN}
    JOIN customers k ON k.programme_id = {{0}} AND k.id = w.id
    JOIN actions q ON q.programme_id = {{0}} AND q.id = w.first"""
_ABOUT = """SELECT c.id, c.uid, c.type, c.first_name, c.last_name, c.email, c.phone, c.erased_at, k.uid AS kept_uid
    FROM customers c LEFT JOIN customers k ON k.programme_id = c.programme_id AND k.id = c.merged_into
    WHERE c.programme_id = {} AND c.uid = {}"""


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody who asked, and when they first did."""

    uid: str
    name: str
    email: str | None
    asked: datetime


@dataclass(frozen=True, slots=True)
class Leaving:
    """Whom the form is about. `available` and `pending` are their points, ≥ 0."""

    id: int
    uid: str
    name: str
    type: CustomerType
    available: int
    pending: int
    erased: bool


async def waiting(programme_id: int, cursor: str | None = None) -> Page[Wish]:
    """A page of those who asked and aren't erased yet, whoever has waited longest first. Raises Invalid."""
    turn = turning.turn(cursor, int, rising=True)
    place = f" WHERE w.first {turn.beyond} {{1}}" if turn.key else ""
    found = await rows(
        f"{_WAITING}{place} ORDER BY w.first {turn.order} LIMIT {turn.limit}", programme_id, *(turn.key or ())
    )
    page = turn.page(found, lambda row: (row["first"],))
    return page.map(lambda row: Wish(row["uid"], name_of(row), row["email"], row["at"]))


async def leaving(programme_id: int, uid: str) -> Leaving:
    """The person behind a public id. Raises NotFound, and Merged for a record that became part of another."""
    async with snapshot():
        row = await one(_ABOUT, programme_id, uid)
        if row is None:
            raise NotFound("There is no such customer in this programme.")
        if row["kept_uid"] is not None:
            raise Merged("This record was merged into another. Open that one instead.", uid=row["kept_uid"])
        has = await balance(programme_id, row["id"])
    return Leaving(
        id=row["id"],
        uid=row["uid"],
        name=name_of(row),
        type=CustomerType(row["type"]),
        available=max(has.available, 0),
        pending=has.pending,
        erased=row["erased_at"] is not None,
    )
