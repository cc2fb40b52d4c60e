"""Multipliers as they are stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import loads, one, run
from db.enums import MultiplierSource, MultiplierStatus
from loyalty.rules.earning_rules import Matching
from loyalty.rules.multipliers import scope_from_dict

COLUMNS = (
    "id, uid, customer_id, source, name, percent, scope, status, reason, actor_name, granted_at, valid_until,"
    " order_id"
)


@dataclass(frozen=True, slots=True)
class StoredMultiplier:
    """A row. `order_id` is set exactly while an order uses it."""

    id: int
    uid: str
    customer_id: int
    source: MultiplierSource
    name: str
    percent: int
    scope: Matching
    status: MultiplierStatus
    reason: str
    actor_name: str
    granted_at: datetime
    valid_until: datetime
    order_id: int | None

    @classmethod
    def of(cls, row: dict[str, Any]) -> "StoredMultiplier":
        changed = {
            "source": MultiplierSource(row["source"]),
            "status": MultiplierStatus(row["status"]),
            "scope": scope_from_dict(loads(row["scope"])),
        }
        return cls(**{**row, **changed})


async def by_uid(programme_id: int, customer_id: int, uid: str) -> StoredMultiplier | None:
    found = await one(
        f"SELECT {COLUMNS} FROM multipliers WHERE programme_id = {{}} AND customer_id = {{}} AND uid = {{}}",
        programme_id,
        customer_id,
        uid,
    )
    return StoredMultiplier.of(found) if found else None


async def by_key(programme_id: int, key: str) -> StoredMultiplier | None:
    found = await one(
        f"SELECT {COLUMNS} FROM multipliers WHERE programme_id = {{}} AND key = {{}}", programme_id, key
    )
    return StoredMultiplier.of(found) if found else None


async def withdraw(programme_id: int, multiplier_id: int, at: datetime) -> bool:
    """Take one that waits away. Whether it still waited."""
    changed = await run(
        "UPDATE multipliers SET status = 'withdrawn', withdrawn_at = {} WHERE programme_id = {} AND id = {}"
        " AND status = 'waiting' RETURNING id",
        at,
        programme_id,
        multiplier_id,
    )
    return bool(changed)


async def put_back(programme_id: int, multiplier_id: int) -> bool:
    """Let one that was withdrawn wait again. Whether it was withdrawn."""
    changed = await run(
        "UPDATE multipliers SET status = 'waiting', withdrawn_at = NULL WHERE programme_id = {} AND id = {}"
        " AND status = 'withdrawn' RETURNING id",
        programme_id,
        multiplier_id,
    )
    return bool(changed)
