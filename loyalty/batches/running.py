"""Person after person, each in a transaction of their own with the mark that they are done (PRODUCT B1).

A worker that is killed leaves nobody half changed: whoever is marked was changed, whoever isn't wasn't,
and the next run goes on with the rest.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from db.engine import atomic, loads, one, retried, rows, run
from db.enums import ActorKind, BatchKind, BatchPersonState, BatchState
from loyalty import clock
from loyalty.batches import acting
from loyalty.errors import Busy, LoyaltyError
from loyalty.rules.actors import Actor

CHUNK = 50

Undo = Callable[..., Awaitable[Any]]

_NEXT = """SELECT p.customer_id, a.uid AS action FROM batch_people p
    LEFT JOIN actions a ON a.programme_id = p.programme_id AND a.id = p.action_id
    WHERE p.programme_id = {} AND p.batch_id = {} AND p.state = {} ORDER BY p.customer_id LIMIT {}"""
_MARK = """UPDATE batch_people SET state = {}, action_id = coalesce({}, action_id), note = {}
    WHERE programme_id = {} AND batch_id = {} AND customer_id = {} AND state = {} RETURNING state"""
# Also the lock that a cancellation waits for.
_COUNT = (
    "UPDATE batches SET {0} = {0} + 1 WHERE programme_id = {{}} AND id = {{}} AND state = {{}} RETURNING id"
)


class _Stopped(Exception):
    """The batch was cancelled meanwhile, or another worker has done this person."""


@dataclass(frozen=True, slots=True)
class _Batch:
    programme_id: int
    id: int
    uid: str
    kind: BatchKind
    args: dict[str, Any]
    by: Actor
    state: BatchState


async def forwards(programme_id: int, batch_id: int) -> None:
    """Change everybody who still waits. Run again after a crash it goes on where it was."""

    async def change(batch: _Batch, customer_id: int, action: str | None) -> int | None:
        key = f"batch:{batch.uid}:{customer_id}"
        done = await acting.act(programme_id, customer_id, batch.kind, batch.args, by=batch.by, key=key)
        return done.id if done else None

    await _walk(programme_id, batch_id, BatchState.RUNNING, change)


async def backwards(programme_id: int, batch_id: int, undo: Undo, by: Actor) -> None:
    """Take back everybody who was changed; `undo` is `loyalty.undo.undo`."""

    async def change(batch: _Batch, customer_id: int, action: str | None) -> int | None:
        if batch.kind in (BatchKind.TAG, BatchKind.UNTAG):
            await acting.take_back_tag(programme_id, customer_id, batch.kind, batch.args, by=by)
        else:
            await undo(programme_id, action, by=by, reason="The whole batch was taken back")
        return None

    await _walk(programme_id, batch_id, BatchState.UNDOING, change)


_Change = Callable[[_Batch, int, str | None], Awaitable[int | None]]
_WAYS = {
    BatchState.RUNNING: (
        BatchPersonState.WAITING,
        BatchPersonState.DONE,
        BatchPersonState.REFUSED,
        BatchState.DONE,
    ),
    BatchState.UNDOING: (
        BatchPersonState.DONE,
        BatchPersonState.UNDONE,
        BatchPersonState.KEPT,
        BatchState.UNDONE,
    ),
}
"""Of each way: who is next, how they are marked when it worked and when not, and how the batch ends."""


async def _walk(programme_id: int, batch_id: int, way: BatchState, change: _Change) -> None:
    batch = await _read(programme_id, batch_id)
    waits, worked, refused, ended = _WAYS[way]
    while batch is not None and batch.state is way:
        found = await rows(_NEXT, programme_id, batch_id, waits, CHUNK)
        for person in found:
            try:
                await _one(batch, person, way, (waits, worked, refused), change)
            except _Stopped:
                break
        if not found:
            await _end(programme_id, batch_id, way, ended)
        batch = await _read(programme_id, batch_id)


async def _one(
    batch: _Batch,
    person: dict[str, Any],
    way: BatchState,
    marks: tuple[BatchPersonState, BatchPersonState, BatchPersonState],
    change: _Change,
) -> None:
    waits, worked, refused = marks

    @retried
    async def changed() -> None:
        async with atomic():
            action_id = await change(batch, person["customer_id"], person["action"])
            await _mark(batch, person, way, waits, worked, action_id=action_id)

    @retried
    async def told(why: str) -> None:
        async with atomic():
            await _mark(batch, person, way, waits, refused, note=why)

    try:
        await changed()
    except Busy:
        raise
    except LoyaltyError as refusal:
        await told(str(refusal))


async def _mark(
    batch: _Batch,
    person: dict[str, Any],
    way: BatchState,
    waits: BatchPersonState,
    to: BatchPersonState,
    *,
    action_id: int | None = None,
    note: str = "",
) -> None:
    """Raises _Stopped, which takes the change back too, when the batch doesn't go this way any more."""
    marked = await run(
        _MARK, to, action_id, note[:500], batch.programme_id, batch.id, person["customer_id"], waits
    )
    if not (marked and await run(_COUNT.format(to.value), batch.programme_id, batch.id, way)):
        raise _Stopped


async def _end(programme_id: int, batch_id: int, way: BatchState, ended: BatchState) -> None:
    await run(
        "UPDATE batches SET state = {}, ended_at = {} WHERE programme_id = {} AND id = {} AND state = {}",
        ended,
        clock.now(),
        programme_id,
        batch_id,
        way,
    )


async def _read(programme_id: int, batch_id: int) -> _Batch | None:
    row = await one(
        "SELECT uid, kind, args, state, actor_id, actor_name FROM batches WHERE programme_id = {} AND id = {}",
        programme_id,
        batch_id,
    )
    if row is None:
        return None
    by = Actor(ActorKind.STAFF, row["actor_name"], row["actor_id"])
    kind, state = BatchKind(row["kind"]), BatchState(row["state"])
    return _Batch(programme_id, batch_id, row["uid"], kind, loads(row["args"]), by, state)
