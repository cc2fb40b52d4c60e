"""The catalogue: creating, editing and listing rewards (PRODUCT E1)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from db.engine import atomic, retried, rows, run
from db.enums import RewardKind, RewardStatus
from db.ids import new_id
from loyalty import audit, clock, repeats
from loyalty.audiences.segments import segment_names, stored_ids
from loyalty.audit import Action
from loyalty.errors import KeyReused, NotFound, Stale
from loyalty.rewards.drafts import RewardDraft, checked
from loyalty.rules.actors import Actor

FIELDS = tuple(field.name for field in fields(RewardDraft))
COLUMNS = "r.id, r.uid, r.version, " + ", ".join(f"r.{name}" for name in FIELDS)
"""What `Reward.from_row` needs, for statements that join `rewards r` in."""

LAST = (
    "(SELECT CASE WHEN max(o.position) > 0 THEN max(o.position) + 1 ELSE 0 END FROM rewards o"
    " WHERE o.programme_id = {})"
)
"""The place of a new reward: the last of an order somebody made, else 0, and the price decides."""

_INSERT = (
    f"INSERT INTO rewards (programme_id, id, uid, created_at, {', '.join(FIELDS)}, position)"
    f" VALUES ({', '.join(['{}'] * (4 + len(FIELDS)))}, {LAST})"
    " ON CONFLICT (programme_id, uid) DO NOTHING RETURNING id"
)
_UPDATE = (
    f"UPDATE rewards SET {', '.join(f'{name} = {{}}' for name in FIELDS)}, version = version + 1"
    " WHERE programme_id = {} AND id = {}"
)


@dataclass(frozen=True, slots=True)
class Reward:
    """A stored reward: what was typed about it, and its version, which guards edits."""

    id: int
    uid: str
    version: int
    about: RewardDraft

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Reward":
        about = {name: row[name] for name in FIELDS}
        about["kind"], about["status"] = RewardKind(row["kind"]), RewardStatus(row["status"])
        about["segment_ids"] = stored_ids(row["segment_ids"])
        return cls(row["id"], row["uid"], row["version"], RewardDraft(**about))


@dataclass(frozen=True, slots=True)
class Saved:
    """The reward, the sentence for the toast, and the audited action; None for a repeated creation."""

    reward: Reward
    sentence: str
    action: Action | None


async def get(programme_id: int, reward_id: int) -> Reward:
    """The reward. Raises NotFound."""
    return _found(await rows(_select("r.id = {}"), programme_id, reward_id))


async def find(programme_id: int, uid: str) -> Reward:
    """The reward with this public id. Raises NotFound."""
    return _found(await rows(_select("r.uid = {}"), programme_id, uid))


async def listed(programme_id: int, status: RewardStatus | None = None) -> tuple[Reward, ...]:
    """All rewards, or those of one status, in the catalogue's order: the cheapest first unless it was arranged."""
    wanted = _select("(CAST({} AS TEXT) IS NULL OR r.status = {})")
    found = await rows(f"{wanted} ORDER BY r.position, r.points_price, r.id", programme_id, status, status)
    return tuple(Reward.from_row(row) for row in found)


@retried
async def create(programme_id: int, draft: RewardDraft, *, by: Actor, key: str) -> Saved:
    """Add a reward. Repeating `key` returns the first outcome. Raises Invalid, KeyReused."""
    draft, uid = checked(draft), _uid_for(key)
    async with atomic():
        now = clock.now()
        await _require_segments(programme_id, draft)
        written = await run(_INSERT, programme_id, new_id(now), uid, now, *draft.stored, programme_id)
        reward = await find(programme_id, uid)
        sentence = f"{draft.name} has been added"
        if not written:
            if reward.about.name != draft.name or reward.about.kind is not draft.kind:
                raise KeyReused(
                    "This form was already used for another reward. Reload the page and try again."
                )
            return Saved(reward, sentence, None)
        action = await audit.record(
            programme_id,
            "reward.created",
            ("reward", reward.id),
            sentence,
            by=by,
            after=draft.to_dict(),
            undo={"noun": "rewards", "verb": "reward.created", "reward": reward.id},
        )
        return Saved(reward, sentence, action)


@retried
async def edit(
    programme_id: int, reward_id: int, draft: RewardDraft, *, version: int, by: Actor, key: str
) -> Saved:
    """Change a reward; copies already issued stay as they are. Raises Invalid, NotFound, Stale, KeyReused."""
    draft, asked = checked(draft), repeats.mark(key, draft.to_dict())
    async with atomic():
        before = await lock(programme_id, reward_id)
        done = await repeats.earlier(programme_id, "reward.edited", ("reward", reward_id), asked)
        if done is not None:
            return Saved(before, done.action.sentence, done.action)
        if before.version != version:
            raise Stale(f"{before.about.name} was changed by somebody else meanwhile.")
        await _require_segments(programme_id, draft, before.about)
        await overwrite(programme_id, reward_id, draft)
        sentence = f"{draft.name} has been changed"
        action = await audit.record(
            programme_id,
            "reward.edited",
            ("reward", reward_id),
            sentence,
            by=by,
            before=before.about.to_dict(),
            after=draft.to_dict() | asked.stored,
            undo={
                "noun": "rewards",
                "verb": "reward.edited",
                "reward": reward_id,
                "before": before.about.to_dict(),
            },
        )
        return Saved(await get(programme_id, reward_id), sentence, action)


async def lock(programme_id: int, reward_id: int) -> Reward:
    """The reward, locked until the transaction ends. Raises NotFound."""
    await run(
        "UPDATE rewards SET version = version WHERE programme_id = {} AND id = {}", programme_id, reward_id
    )
    return await get(programme_id, reward_id)


async def overwrite(programme_id: int, reward_id: int, draft: RewardDraft) -> None:
    """Write everything typed about a locked reward."""
    await run(_UPDATE, *draft.stored, programme_id, reward_id)


async def take_from_stock(programme_id: int, reward_id: int) -> bool:
    """Take one out of stock; False when there is none left. A reward without stock is never used up."""
    taken = await run(
        "UPDATE rewards SET stock = stock - 1 WHERE programme_id = {} AND id = {}"
        " AND (stock IS NULL OR stock > 0) RETURNING id",
        programme_id,
        reward_id,
    )
    return bool(taken)


async def put_in_stock(programme_id: int, reward_id: int) -> None:
    """Put one back that was never used."""
    await run(
        "UPDATE rewards SET stock = stock + 1 WHERE programme_id = {} AND id = {}", programme_id, reward_id
    )


async def set_status(programme_id: int, reward_id: int, status: RewardStatus) -> None:
    await run(
        "UPDATE rewards SET status = {}, version = version + 1 WHERE programme_id = {} AND id = {}",
        status,
        programme_id,
        reward_id,
    )


def _select(condition: str) -> str:
    return f"SELECT {COLUMNS} FROM rewards r WHERE r.programme_id = {{}} AND {condition}"


async def _require_segments(programme_id: int, draft: RewardDraft, before: RewardDraft | None = None) -> None:
    kept = before.segment_ids if before else ()
    if set(draft.segment_ids) - set(kept):
        (await segment_names(programme_id)).require(draft.segment_ids, kept=kept)


def _found(found: list[dict[str, Any]]) -> Reward:
    if not found:
        raise NotFound("There is no such reward in this programme.")
    return Reward.from_row(found[0])


def _uid_for(key: str) -> str:
    """The form's key names the row, so that a repeat meets the first one."""
    return hashlib.sha256(f"reward:{key}".encode()).hexdigest()[:22]
