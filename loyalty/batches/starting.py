"""Beginning a batch: who and what are written down, and the worker does it (PRODUCT B1, N1)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.engine import atomic, hold, insert_many, one, retried, run
from db.enums import BatchKind, BatchPersonState, BatchState
from db.ids import new_id, new_uid
from loyalty import audit, clock, programmes, queue
from loyalty.batches.acting import prepared
from loyalty.batches.choosing import Selection, keep
from loyalty.rules import batches as rules
from loyalty.rules.actors import Actor

NOBODY = 0
"""What stands for the id of an actor that has none, the system."""

_INSERT = """INSERT INTO batches (programme_id, id, uid, kind, args, state, total, key, actor_kind, actor_id,
    actor_name, created_at, digest) VALUES ({}, {}, {}, {}, {}, {}, 1, {}, {}, {}, {}, {}, {})"""
_EARLIER = """SELECT id, uid, state FROM batches WHERE programme_id = {} AND digest = {}
    AND state <> 'undone' ORDER BY id DESC LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Started:
    """The batch's public id, and how many people it is about."""

    uid: str
    total: int


@dataclass(frozen=True, slots=True)
class Filed:
    """A batch from a file. `known`: that file began it before, and it came to its end."""

    id: int
    uid: str
    known: bool


@retried
async def start(
    programme_id: int,
    chosen: Selection,
    kind: BatchKind,
    args: dict[str, Any],
    *,
    by: Actor,
    key: str,
    expected: int | None = None,
    sure: bool = False,
) -> Started:
    """Write down who is meant now and have the worker change them one after another.

    One audited action stands for the whole batch. Repeating `key` returns the first batch. Raises Invalid
    for nobody, for many without `sure`, and for a list that can't be; Stale when it would be another number
    than `expected`.
    """
    assert by.id is not None
    async with atomic():
        await hold("batch", programme_id, by.id, key)
        known = await one(
            "SELECT uid, total FROM batches WHERE programme_id = {} AND actor_id = {} AND key = {}",
            programme_id,
            by.id,
            key,
        )
        if known is not None:
            return Started(known["uid"], known["total"])
        args = await prepared(programme_id, kind, args, by=by)
        batch_id, uid = await _begin(programme_id, kind, args, by=by, key=key)
        total = await keep(programme_id, batch_id, chosen)
        rules.refuse(total, expected=expected, sure=sure)
        await _record(programme_id, batch_id, kind, args, total, by=by)
        await queue.enqueue(programme_id, "run_batch", {"batch": batch_id}, dedupe_key=f"batch:{batch_id}")
        return Started(uid, total)


@retried
async def start_from_file(
    programme_id: int,
    args: dict[str, Any],
    asked: Mapping[int, Mapping[str, Any]],
    *,
    by: Actor,
    digest: str,
    again: bool = False,
) -> Filed:
    """Write down what a file gives to whom, by customer; the caller runs the batch. PRODUCT N1.

    One audited action stands for the whole file. A file that is known by its `digest` begins nothing, unless
    what it did was taken back since, or `again`.
    """
    async with atomic():
        await hold("points file", programme_id, digest)
        known = None if again else await earlier_file(programme_id, digest)
        if known is not None:
            return known
        batch_id, uid = await _begin(programme_id, BatchKind.POINTS, args, by=by, digest=digest)
        await insert_many(
            "batch_people",
            ("programme_id", "batch_id", "customer_id", "state", "asked"),
            [
                (programme_id, batch_id, customer_id, BatchPersonState.WAITING.value, json.dumps(each))
                for customer_id, each in sorted(asked.items())
            ],
        )
        await _record(programme_id, batch_id, BatchKind.POINTS, args, len(asked), by=by)
        return Filed(batch_id, uid, known=False)


async def earlier_file(programme_id: int, digest: str) -> Filed | None:
    """The batch that a file with this digest began, unless that was taken back; None when there is none."""
    found = await one(_EARLIER, programme_id, digest)
    return Filed(found["id"], found["uid"], found["state"] != BatchState.RUNNING) if found else None


async def _begin(
    programme_id: int,
    kind: BatchKind,
    args: Mapping[str, Any],
    *,
    by: Actor,
    key: str | None = None,
    digest: str | None = None,
) -> tuple[int, str]:
    now = clock.now()
    batch_id, uid = new_id(now), new_uid()
    await run(
        _INSERT,
        programme_id,
        batch_id,
        uid,
        kind,
        json.dumps(args),
        BatchState.RUNNING,
        key or uid,
        by.kind,
        by.id or NOBODY,
        by.name,
        now,
        digest,
    )
    return batch_id, uid


async def _record(
    programme_id: int, batch_id: int, kind: BatchKind, args: Mapping[str, Any], total: int, *, by: Actor
) -> None:
    programme = await programmes.get(programme_id)
    amount = programme.amount(abs(args["points"])) if kind is BatchKind.ADJUST else ""
    action = await audit.record(
        programme_id,
        f"customers.{kind}",
        ("batch", batch_id),
        rules.sentence(kind, args, total, amount),
        by=by,
        after={"people": total},
        reason=args.get("reason", ""),
        undo={"noun": "batches", "batch": batch_id},
    )
    await run(
        "UPDATE batches SET total = {}, action_id = {} WHERE programme_id = {} AND id = {}",
        total,
        action.id,
        programme_id,
        batch_id,
    )
