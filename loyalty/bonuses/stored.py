"""Order bonuses as they are stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import one, rows, run
from db.enums import OrderBonusStatus
from loyalty.rules.order_bonuses import Sums

_COLUMNS = """b.id, b.uid, b.customer_id, b.nth, b.points, b.status, b.granted_at, b.valid_until, b.order_id,
    b.entry_id, b.earned_points, b.clawed_points, b.covered_points, b.forgiven_points, b.revision, c.name AS campaign"""
_FROM = f"""SELECT {_COLUMNS} FROM order_bonuses b
    JOIN campaigns c ON c.programme_id = b.programme_id AND c.id = b.campaign_id WHERE b.programme_id = {{}}"""
_OPEN = _FROM + " AND b.customer_id = {} AND b.status <> 'withdrawn' ORDER BY b.id"
_KEPT = """UPDATE order_bonuses SET status = {}, order_id = {}, entry_id = {}, earned_points = {}, clawed_points = {},
    covered_points = {}, forgiven_points = {}, revision = {} WHERE programme_id = {} AND id = {}"""


@dataclass(slots=True)
class OrderBonus:
    """A row, under its account's lock. `campaign` is the name of the campaign that promised it."""

    id: int
    uid: str
    customer_id: int
    nth: int
    points: int
    status: OrderBonusStatus
    granted_at: datetime
    valid_until: datetime
    order_id: int | None
    entry_id: int | None
    sums: Sums
    revision: int
    campaign: str

    @classmethod
    def of(cls, row: dict[str, Any]) -> "OrderBonus":
        names = ("earned", "clawed", "covered", "forgiven")
        sums = Sums(*(row[f"{name}_points"] for name in names))
        told = {
            name: value for name, value in row.items() if name not in {f"{each}_points" for each in names}
        }
        return cls(**{**told, "status": OrderBonusStatus(row["status"]), "sums": sums})


async def by_key(programme_id: int, key: str) -> OrderBonus | None:
    found = await one(f"{_FROM} AND b.key = {{}}", programme_id, key)
    return OrderBonus.of(found) if found else None


async def of_customer(programme_id: int, customer_id: int) -> list[OrderBonus]:
    """Those that an order may still change, the oldest first."""
    return [OrderBonus.of(row) for row in await rows(_OPEN, programme_id, customer_id)]


async def keep(programme_id: int, bonus: OrderBonus) -> None:
    """Write what an order changed."""
    sums = bonus.sums
    await run(
        _KEPT,
        bonus.status,
        bonus.order_id,
        bonus.entry_id,
        sums.earned,
        sums.clawed,
        sums.covered,
        sums.forgiven,
        bonus.revision,
        programme_id,
        bonus.id,
    )


async def withdraw(programme_id: int, bonus_id: int, at: datetime) -> bool:
    """Take one that waits away. Whether it still waited, and nothing of it was paid."""
    changed = await run(
        "UPDATE order_bonuses SET status = 'withdrawn', withdrawn_at = {} WHERE programme_id = {} AND id = {}"
        " AND status = 'waiting' AND earned_points = clawed_points + covered_points + forgiven_points RETURNING id",
        at,
        programme_id,
        bonus_id,
    )
    return bool(changed)


async def put_back(programme_id: int, bonus_id: int) -> bool:
    """Let one that was taken away wait again. Whether it was taken away."""
    changed = await run(
        "UPDATE order_bonuses SET status = 'waiting', withdrawn_at = NULL WHERE programme_id = {} AND id = {}"
        " AND status = 'withdrawn' RETURNING id",
        programme_id,
        bonus_id,
    )
    return bool(changed)
