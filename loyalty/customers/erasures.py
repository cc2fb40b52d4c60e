"""Who asked to be forgotten and still waits, and whom staff are about to forget. PRODUCT O4."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import one, rows
from db.enums import CustomerType
from loyalty.customers.naming import name_of
from loyalty.errors import Merged, NotFound

REQUEST = "erasure_request"
"""What the audit log files a request under: an index finds them by it."""
MOST = 200

OPEN = f"""actions q JOIN customers c ON c.programme_id = q.programme_id AND c.id = q.subject_id
    JOIN customers k ON k.programme_id = c.programme_id AND k.id = coalesce(c.merged_into, c.id)
    WHERE q.programme_id = {{0}} AND q.subject_kind = '{REQUEST}' AND k.erased_at IS NULL"""

_WAITING = f"""SELECT k.uid, k.first_name, k.last_name, k.email, k.phone, q.at FROM {OPEN}
    ORDER BY q.id LIMIT {MOST}"""
_ABOUT = """SELECT c.id, c.uid, c.type, c.first_name, c.last_name, c.email, c.phone, c.erased_at, a.balance,
      k.uid AS kept_uid
    FROM customers c JOIN accounts a ON a.programme_id = c.programme_id AND a.customer_id = c.id
    LEFT JOIN customers k ON k.programme_id = c.programme_id AND k.id = c.merged_into
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
    """Whom the form is about. `balance` are their points, ≥ 0."""

    id: int
    uid: str
    name: str
    type: CustomerType
    balance: int
    erased: bool


async def waiting(programme_id: int) -> list[Wish]:
    """The first 200 who asked and aren't erased yet, whoever has waited longest first."""
    wishes: dict[str, Wish] = {}
    for row in await rows(_WAITING, programme_id):
        # Two records that became one may both have asked.
        wishes.setdefault(row["uid"], Wish(row["uid"], name_of(row), row["email"], row["at"]))
    return list(wishes.values())


async def leaving(programme_id: int, uid: str) -> Leaving:
    """The person behind a public id. Raises NotFound, and Merged for a record that became part of another."""
    row = await one(_ABOUT, programme_id, uid)
    if row is None:
        raise NotFound("There is no such customer in this programme.")
    if row["kept_uid"] is not None:
        raise Merged("This record was merged into another. Open that one instead.", uid=row["kept_uid"])
    name = name_of(row)
    gone = row["erased_at"] is not None
    return Leaving(row["id"], row["uid"], name, CustomerType(row["type"]), row["balance"], gone)
