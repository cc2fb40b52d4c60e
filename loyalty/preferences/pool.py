"""The pool of birthday surprises, kept by the merchant (PRODUCT L2)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.engine import atomic, one, retried, rows, run
from db.enums import PrizeStatus
from db.ids import new_id
from loyalty import audit, clock
from loyalty.audit import Action
from loyalty.errors import Invalid, NotFound, Stale
from loyalty.rewards import catalogue
from loyalty.rules import surprises
from loyalty.rules.actors import Actor

_PRIZES = """SELECT p.id, p.uid, p.name, p.weight, p.stock, p.points, p.reward_id, p.version, p.status,
      r.uid AS reward_uid, r.name AS reward_name, r.stock AS reward_stock, r.status AS reward_status,
      (SELECT count(*) FROM surprise_draws d WHERE d.programme_id = {0} AND d.prize_id = p.id) AS drawn
    FROM surprise_prizes p LEFT JOIN rewards r ON r.programme_id = {0} AND r.id = p.reward_id
    WHERE p.programme_id = {0}"""
_INSERT = """INSERT INTO surprise_prizes (programme_id, id, uid, name, weight, stock, points, reward_id, status,
      created_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, 'active', {})
    ON CONFLICT (programme_id, uid) DO NOTHING RETURNING id"""
_UPDATE = """UPDATE surprise_prizes SET name = {}, weight = {}, stock = {}, points = {}, reward_id = {}, status = {},
      version = version + 1 WHERE programme_id = {} AND uid = {}"""


@dataclass(frozen=True, slots=True)
class Prize:
    """`points` or a reward; `stock` None: no limit. `drawn`: how many members got it."""

    id: int
    uid: str
    name: str
    weight: int
    stock: int | None
    points: int | None
    reward_id: int | None
    reward_uid: str | None
    reward_name: str | None
    version: int
    status: PrizeStatus
    drawn: int
    left: int | None
    """What is left of it and of its reward, whichever is less."""

    @property
    def stake(self) -> surprises.Prize:
        return surprises.Prize(self.uid, self.name, self.weight, self.left)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a merchant types about a prize."""

    name: str
    weight: int
    points: int | None = None
    reward_uid: str | None = None
    stock: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What to say, and the audited action; None for a repeat."""

    sentence: str
    action: Action | None


async def prizes(programme_id: int) -> tuple[Prize, ...]:
    """The pool as it is, the likeliest first."""
    found = await rows(f"{_PRIZES} AND p.status = 'active' ORDER BY p.weight DESC, p.id", programme_id)
    return tuple(_prize(row) for row in found)


async def find(programme_id: int, uid: str) -> Prize:
    """Raises NotFound."""
    row = await one(f"{_PRIZES} AND p.uid = {{1}}", programme_id, uid)
    if row is None:
        raise NotFound("There is no such prize in this programme.")
    return _prize(row)


@retried
async def add(programme_id: int, wanted: Wanted, *, by: Actor, key: str) -> Kept:
    """Put a prize into the pool. Repeating `key` changes nothing. Raises Invalid naming the field."""
    name = _checked(wanted)
    uid = hashlib.sha256(f"prize:{key}".encode()).hexdigest()[:22]
    async with atomic():
        now, reward_id = clock.now(), await _reward(programme_id, wanted)
        values = (name, wanted.weight, wanted.stock, wanted.points, reward_id)
        written = await run(_INSERT, programme_id, new_id(now), uid, *values, now)
        sentence = f"{name} is in the pool"
        if not written:
            return Kept(sentence, None)
        return await _record(programme_id, "preferences.prize_added", sentence, uid, None, by=by)


@retried
async def edit(programme_id: int, uid: str, wanted: Wanted, *, version: int | None, by: Actor) -> Kept:
    """Change a prize; draws that were made stay as they are. Raises Invalid, Stale, NotFound."""
    name = _checked(wanted)
    async with atomic():
        before = await _locked(programme_id, uid)
        if version != before.version:
            raise Stale(f"{before.name} was changed by somebody else, or drawn, meanwhile.")
        reward_id = await _reward(programme_id, wanted)
        values = (name, wanted.weight, wanted.stock, wanted.points, reward_id)
        await run(_UPDATE, *values, PrizeStatus.ACTIVE, programme_id, uid)
        return await _record(
            programme_id, "preferences.prize_changed", f"{name} is changed", uid, before, by=by
        )


@retried
async def remove(programme_id: int, uid: str, *, by: Actor) -> Kept:
    """Take a prize out of the pool; who drew it keeps it. Raises NotFound."""
    async with atomic():
        before = await _locked(programme_id, uid)
        values = (before.name, before.weight, before.stock, before.points, before.reward_id)
        await run(_UPDATE, *values, PrizeStatus.ARCHIVED, programme_id, uid)
        sentence = f"{before.name} is out of the pool"
        return await _record(programme_id, "preferences.prize_removed", sentence, uid, before, by=by)


async def restore(programme_id: int, payload: Mapping[str, Any]) -> str:
    """Put a prize back as it was, in the caller's transaction. Raises Stale when it changed since."""
    now, before = await _locked(programme_id, payload["prize"]), payload["before"]
    if now.version != payload["version"]:
        raise Stale(f"{now.name} has been changed or drawn since.")
    if before is None:
        values = (now.name, now.weight, now.stock, now.points, now.reward_id)
        await run(_UPDATE, *values, PrizeStatus.ARCHIVED, programme_id, now.uid)
        return f"{now.name} is out of the pool again"
    fields = ("name", "weight", "stock", "points", "reward_id", "status")
    await run(_UPDATE, *(before[field] for field in fields), programme_id, now.uid)
    return f"{before['name']} is as it was before"


async def _locked(programme_id: int, uid: str) -> Prize:
    await run(
        "UPDATE surprise_prizes SET version = version WHERE programme_id = {} AND uid = {}", programme_id, uid
    )
    return await find(programme_id, uid)


def _checked(wanted: Wanted) -> str:
    return surprises.checked(wanted.name, wanted.weight, wanted.points, bool(wanted.reward_uid), wanted.stock)


async def _reward(programme_id: int, wanted: Wanted) -> int | None:
    if not wanted.reward_uid:
        return None
    try:
        return (await catalogue.find(programme_id, wanted.reward_uid)).id
    except NotFound as gone:
        raise Invalid("This reward is gone. Choose another.", field="reward_uid") from gone


async def _record(
    programme_id: int, verb: str, sentence: str, uid: str, before: Prize | None, *, by: Actor
) -> Kept:
    now = await find(programme_id, uid)
    action = await audit.record(
        programme_id,
        verb,
        ("prize", now.id),
        sentence,
        by=by,
        before=_state(before) if before else {},
        after=_state(now),
        undo={
            "noun": "preferences",
            "prize": uid,
            "version": now.version,
            "before": _state(before) if before else None,
        },
    )
    return Kept(sentence, action)


def _state(prize: Prize) -> dict[str, Any]:
    names = ("name", "weight", "stock", "points", "reward_id", "status")
    return {name: getattr(prize, name) for name in names}


def _prize(row: Mapping[str, Any]) -> Prize:
    limits = [stock for stock in (row["stock"], row["reward_stock"]) if stock is not None]
    if row["reward_status"] == "archived":
        limits.append(0)
    plain = ("id", "uid", "name", "weight", "stock", "points", "reward_id", "reward_uid", "reward_name")
    return Prize(
        **{name: row[name] for name in plain},
        version=row["version"],
        status=PrizeStatus(row["status"]),
        drawn=row["drawn"],
        left=min(limits) if limits else None,
    )
