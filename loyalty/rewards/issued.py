"""One customer's copy of a reward, as it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from db.engine import rows, run
from db.enums import IssuedSource, IssuedStatus
from loyalty.errors import NotFound
from loyalty.rewards.catalogue import put_in_stock
from loyalty.rules.codes import Issued

COLUMNS = (
    "i.id, i.uid, i.source, i.code, i.customer_id, i.reward_id, i.entry_id, i.key, i.status, i.points_paid,"
    " i.expires_at, i.reserved_until, i.reserved_by, i.used_at, i.used_order, i.voided_at"
)
_LIFE = tuple(name for name in Issued.__slots__)

_LOCK = (
    "UPDATE issued_rewards SET version = version WHERE programme_id = {{}} AND {which} = {{}} RETURNING id"
)
_READ = f"""SELECT {COLUMNS}, r.name AS reward_name FROM issued_rewards i
    JOIN rewards r ON r.programme_id = i.programme_id AND r.id = i.reward_id
    WHERE i.programme_id = {{}} AND i.id = {{}}"""


@dataclass(frozen=True, slots=True)
class IssuedReward:
    """A copy: whose it is, the entry that paid for it, and its life.

    `customer_id` None is the coupon of a friend who isn't a customer yet.
    """

    id: int
    uid: str
    code: str
    customer_id: int | None
    reward_id: int
    reward_name: str
    source: IssuedSource
    entry_id: int | None
    life: Issued

    def living(self, life: Issued) -> "IssuedReward":
        """The same copy after its life changed."""
        return replace(self, life=life)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "IssuedReward":
        life = Issued(**{**{name: row[name] for name in _LIFE}, "status": IssuedStatus(row["status"])})
        return cls(
            row["id"],
            row["uid"],
            row["code"],
            row["customer_id"],
            row["reward_id"],
            row["reward_name"],
            IssuedSource(row["source"]),
            row["entry_id"],
            life,
        )


async def lock(programme_id: int, *, id_: int | None = None, code: str | None = None) -> IssuedReward:
    """The copy with this id or code (as stored, without dashes), locked until the transaction ends.

    Raises NotFound. Whoever also needs an account locks the account first.
    """
    which, wanted = ("id", id_) if code is None else ("code", code)
    held = await run(_LOCK.format(which=which), programme_id, wanted)
    if not held:
        raise NotFound(
            "There is no such reward code." if code else "There is no such reward on this account."
        )
    return await get(programme_id, held[0]["id"])


async def get(programme_id: int, id_: int) -> IssuedReward:
    """The copy with this internal id, not locked. Raises NotFound."""
    found = await rows(_READ, programme_id, id_)
    if not found:
        raise NotFound("There is no such reward on this account.")
    return IssuedReward.from_row(found[0])


async def owner(programme_id: int, uid: str) -> tuple[int, int | None]:
    """The copy's internal id and its customer's. Raises NotFound."""
    found = await rows(
        "SELECT id, customer_id FROM issued_rewards WHERE programme_id = {} AND uid = {}", programme_id, uid
    )
    if not found:
        raise NotFound("There is no such reward in this programme.")
    return found[0]["id"], found[0]["customer_id"]


async def save(programme_id: int, copy_id: int, life: Issued, *, void_reason: str = "") -> None:
    """Write a locked copy's new life."""
    await run(
        "UPDATE issued_rewards SET status = {}, reserved_until = {}, reserved_by = {}, used_at = {},"
        " used_order = {}, voided_at = {}, void_reason = {}, version = version + 1"
        " WHERE programme_id = {} AND id = {}",
        life.status,
        life.reserved_until,
        life.reserved_by,
        life.used_at,
        life.used_order,
        life.voided_at,
        void_reason,
        programme_id,
        copy_id,
    )


async def restock(programme_id: int, copy: IssuedReward) -> None:
    """Put a voided copy back in stock when it was redeemed.

    A free copy may have been issued with nothing left in stock, so it puts nothing back.
    """
    if copy.source is IssuedSource.REDEMPTION:
        await put_in_stock(programme_id, copy.reward_id)
