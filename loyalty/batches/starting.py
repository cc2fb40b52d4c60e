"""Beginning a batch: who and what are written down, and the worker does it (PRODUCT B1)."""

import json
from dataclasses import dataclass
from typing import Any

from db.engine import atomic, hold, one, retried, run
from db.enums import BatchKind, BatchState
from db.ids import new_id, new_uid
from loyalty import audit, clock, programmes, queue
from loyalty.batches.acting import prepared
from loyalty.batches.choosing import Selection, keep
from loyalty.rules import batches as rules
from loyalty.rules.actors import Actor

_INSERT = """INSERT INTO batches (programme_id, id, uid, kind, args, state, total, key, actor_id,
    actor_name, created_at) VALUES ({}, {}, {}, {}, {}, {}, 1, {}, {}, {}, {})"""


@dataclass(frozen=True, slots=True)
class Started:
    """The batch's public id, and how many people it is about."""

    uid: str
    total: int


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
            key,
            by.id,
            by.name,
            now,
        )
        total = await keep(programme_id, batch_id, chosen)
        rules.refuse(total, expected=expected, sure=sure)
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
        await queue.enqueue(programme_id, "run_batch", {"batch": batch_id}, dedupe_key=f"batch:{batch_id}")
        return Started(uid, total)
