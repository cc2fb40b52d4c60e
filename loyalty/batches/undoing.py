"""Taking a whole batch back. `loyalty.undo` calls it and audits it; the worker does it."""

from collections.abc import Mapping
from typing import Any

from db.engine import one, run
from db.enums import BatchState
from loyalty import queue
from loyalty.errors import AlreadyDone, Invalid
from loyalty.rules.actors import Actor
from loyalty.rules.batches import people


async def undo(programme_id: int, action: Mapping[str, Any], *, by: Actor, reason: str = "") -> str:
    """Have everybody whom the batch changed changed back, in the caller's transaction; the sentence says so.

    Raises Invalid while it runs, AlreadyDone when it changed nobody.
    """
    batch_id = action["undo"]["batch"]
    turned = await run(
        "UPDATE batches SET state = {}, ended_at = NULL WHERE programme_id = {} AND id = {}"
        " AND state IN ('done', 'cancelled') AND done > 0 RETURNING uid, done",
        BatchState.UNDOING,
        programme_id,
        batch_id,
    )
    if not turned:
        batch = await one(
            "SELECT state FROM batches WHERE programme_id = {} AND id = {}", programme_id, batch_id
        )
        if batch is not None and batch["state"] == BatchState.RUNNING:
            raise Invalid("This is still going on. Stop it first, then take it back.")
        raise AlreadyDone("Nobody was changed, so there is nothing to take back.")
    args = {"batch": batch_id, "kind": by.kind, "id": by.id, "name": by.name}
    await queue.enqueue(programme_id, "undo_batch", args, dedupe_key=f"batch:{batch_id}:undo")
    return f"{people(turned[0]['done']).capitalize()} are being changed back"
