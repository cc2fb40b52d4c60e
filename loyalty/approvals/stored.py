"""A request as it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import one, run
from db.enums import ApprovalStatus
from loyalty.errors import NotFound

_COLUMNS = (
    "id, uid, customer_id, points, reason, comment, counts_for_tiers, expires_at, key, asked_by, lapses_at, status,"
    " decided_by, entry_id"
)
_FIND = f"SELECT {_COLUMNS} FROM approvals WHERE programme_id = {{}} AND uid = {{}}"
_KEY = f"SELECT {_COLUMNS} FROM approvals WHERE programme_id = {{}} AND customer_id = {{}} AND key = {{}}"
_LOCK = f"UPDATE approvals SET version = version WHERE programme_id = {{}} AND id = {{}} RETURNING {_COLUMNS}"
_CLOSE = """UPDATE approvals SET status = {}, decided_by = {}, decided_at = {}, decision_reason = {}, entry_id = {},
      version = version + 1
    WHERE programme_id = {} AND id = {} AND status = 'waiting'"""


@dataclass(frozen=True, slots=True)
class Request:
    """`points` is signed. `expires_at` is the end of added points, None as the programme says.

    `asked_by` and `decided_by` are staff ids, `entry_id` the adjustment an approval made.
    """

    id: int
    uid: str
    customer_id: int
    points: int
    reason: str
    comment: str
    counts_for_tiers: bool
    expires_at: datetime | None
    key: str
    asked_by: int
    lapses_at: datetime
    status: ApprovalStatus
    decided_by: int | None
    entry_id: int | None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Request":
        return cls(**{**row, "status": ApprovalStatus(row["status"])})


async def find(programme_id: int, uid: str) -> Request:
    """The request with this public id, not locked. Raises NotFound."""
    row = await one(_FIND, programme_id, uid)
    if row is None:
        raise NotFound("There is no such request in this programme.")
    return Request.from_row(row)


async def by_key(programme_id: int, customer_id: int, key: str) -> Request | None:
    """What was asked about this customer under this key."""
    row = await one(_KEY, programme_id, customer_id, key)
    return Request.from_row(row) if row else None


async def lock(programme_id: int, request_id: int) -> Request:
    """The request, locked until the transaction ends; the customer's account is locked before it."""
    return Request.from_row((await run(_LOCK, programme_id, request_id))[0])


async def close(
    programme_id: int,
    request: Request,
    status: ApprovalStatus,
    at: datetime,
    *,
    by: int | None,
    reason: str = "",
    entry_id: int | None = None,
) -> None:
    """End a locked, waiting request."""
    await run(_CLOSE, status, by, at, reason, entry_id, programme_id, request.id)
