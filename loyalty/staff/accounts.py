"""Staff accounts, read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import one, rows
from db.enums import ActorKind, StaffRole, StaffStatus
from loyalty.errors import NotFound
from loyalty.rules.actors import Actor

COLUMNS = (
    "programme_id, id, uid, email, name, role, status, version, last_seen_at, adjust_limit, adjust_limit_per_day,"
    " totp_since IS NOT NULL AS two_step"
)

ROLES = {
    StaffRole.OWNER: "owner",
    StaffRole.MANAGER: "manager",
    StaffRole.SERVICE: "service staff",
    StaffRole.ANALYST: "analyst",
    StaffRole.READ_ONLY: "reader",
}
"""How sentences name a role."""


@dataclass(frozen=True, slots=True)
class Account:
    """One staff member. `last_seen` is when they last signed in.

    The limits are in points, without sign: of one adjustment, and of a day's together. None: no limit.
    `two_step`: signing in takes a code as well.
    """

    programme_id: int
    id: int
    uid: str
    email: str
    name: str
    role: StaffRole
    status: StaffStatus
    version: int
    last_seen: datetime | None
    limit: int | None
    limit_per_day: int | None
    two_step: bool

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> "Account":
        return cls(
            programme_id=row["programme_id"],
            id=row["id"],
            uid=row["uid"],
            email=row["email"],
            name=row["name"],
            role=StaffRole(row["role"]),
            status=StaffStatus(row["status"]),
            version=row["version"],
            last_seen=row["last_seen_at"],
            limit=row["adjust_limit"],
            limit_per_day=row["adjust_limit_per_day"],
            two_step=bool(row["two_step"]),
        )

    @property
    def actor(self) -> Actor:
        """This person as the actor of what they do."""
        return Actor(ActorKind.STAFF, self.name, self.id)


async def get(programme_id: int, uid: str) -> Account:
    """One who works here or is invited. Raises NotFound, also for somebody who was removed."""
    row = await one(
        f"SELECT {COLUMNS} FROM staff WHERE programme_id = {{}} AND uid = {{}} AND status <> {{}}",
        programme_id,
        uid,
        StaffStatus.REMOVED,
    )
    if row is None:
        raise NotFound("Nobody like that works here.")
    return Account.from_row(row)


async def listing(programme_id: int) -> tuple[Account, ...]:
    """Everybody who works here or is invited, in the order they came."""
    found = await rows(
        f"SELECT {COLUMNS} FROM staff WHERE programme_id = {{}} AND status <> {{}} ORDER BY id",
        programme_id,
        StaffStatus.REMOVED,
    )
    return tuple(Account.from_row(row) for row in found)
