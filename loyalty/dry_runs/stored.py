"""Dry-runs as they are stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import loads, one
from db.enums import DryRunState
from loyalty.errors import NotFound
from loyalty.rules.earning_rules import RuleDefinition

COLUMNS = (
    "d.id, d.uid, d.rule_id, d.definition, d.since, d.until, d.state, d.cursor, d.customers_total, d.customers_done,"
    " d.orders_seen, d.orders_changed, d.points_before, d.points_after, d.winners, d.losers, d.rising, d.falling,"
    " d.error, d.actor_name, d.created_at, d.finished_at, r.uid AS rule_uid, r.name AS rule_name, r.position"
)
FROM = " FROM dry_runs d JOIN earning_rules r ON r.programme_id = d.programme_id AND r.id = d.rule_id"


@dataclass(frozen=True, slots=True)
class DryRun:
    """One run. Points are those of what is kept of the orders paid in [since, until)."""

    id: int
    uid: str
    rule_id: int
    rule_uid: str
    rule_name: str
    position: int
    definition: RuleDefinition
    since: datetime
    until: datetime
    state: DryRunState
    cursor: int
    customers_total: int
    customers_done: int
    orders_seen: int
    orders_changed: int
    points_before: int
    points_after: int
    winners: int
    losers: int
    rising: int
    falling: int
    error: str
    actor_name: str
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "DryRun":
        changed = {
            "state": DryRunState(row["state"]),
            "definition": RuleDefinition.from_dict(loads(row["definition"])),
        }
        return cls(**{**row, **changed})


async def by_uid(programme_id: int, uid: str) -> DryRun:
    """Raises NotFound."""
    return _found(
        await one(f"SELECT {COLUMNS}{FROM} WHERE d.programme_id = {{}} AND d.uid = {{}}", programme_id, uid)
    )


async def by_id(programme_id: int, run_id: int) -> DryRun:
    """Raises NotFound."""
    return _found(
        await one(f"SELECT {COLUMNS}{FROM} WHERE d.programme_id = {{}} AND d.id = {{}}", programme_id, run_id)
    )


async def by_key(programme_id: int, key: str) -> DryRun | None:
    row = await one(f"SELECT {COLUMNS}{FROM} WHERE d.programme_id = {{}} AND d.key = {{}}", programme_id, key)
    return DryRun.of(row) if row else None


def _found(row: Mapping[str, Any] | None) -> DryRun:
    if row is None:
        raise NotFound("There is no such dry-run in this programme.")
    return DryRun.of(row)
