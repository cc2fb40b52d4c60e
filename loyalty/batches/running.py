"""Person after person, or some hundred balances together, each transaction with the marks that they are done.

A worker that is killed leaves nobody half changed: whoever is marked was changed, whoever isn't wasn't,
and the next run goes on with the rest (PRODUCT B1).
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from db.engine import Row, atomic, loads, one, one_of, retried, rows, run, run_many, value
from db.enums import ActorKind, BatchKind, BatchPersonState, BatchState
from loyalty import clock
from loyalty.audit import Action
from loyalty.batches import acting
from loyalty.errors import Busy, LoyaltyError
from loyalty.ledger.adjusting import Adjusted
from loyalty.rules.actors import Actor

CHUNK = 50
TOGETHER = 200
"""Balances adjusted in one transaction: enough that statements weigh little, few enough that nobody waits long."""

Undo = Callable[..., Awaitable[Any]]
UndoEach = Callable[..., Awaitable[Sequence[Action | LoyaltyError]]]
Progress = Callable[[int], None]
"""Told how many people have been gone through."""

_NEXT = """SELECT p.customer_id, p.asked, a.uid AS action FROM batch_people p
    LEFT JOIN actions a ON a.programme_id = p.programme_id AND a.id = p.action_id
    WHERE p.programme_id = {} AND p.batch_id = {} AND p.state = {} ORDER BY p.customer_id LIMIT {}"""
_MARK = """UPDATE batch_people SET state = {}, action_id = coalesce({}, action_id), note = {}
    WHERE programme_id = {} AND batch_id = {} AND customer_id = {} AND state = {}"""
# Also the lock that a cancellation waits for.
_COUNT = (
    "UPDATE batches SET {0} = {0} + 1 WHERE programme_id = {{}} AND id = {{}} AND state = {{}} RETURNING id"
)
_COUNT_EACH = """UPDATE batches SET {0} = {0} + {{}}, {1} = {1} + {{}}, added = added + {{}}, taken = taken + {{}}
    WHERE programme_id = {{}} AND id = {{}} AND state = {{}} RETURNING id"""
_WAITING = """SELECT count(*) FROM batch_people WHERE programme_id = {{}} AND batch_id = {{}} AND state = {{}}
    AND {whose}"""
_TAKEN_BACK = "The whole batch was taken back"


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


@dataclass(frozen=True, slots=True)
class _Became:
    """What became of somebody in a batch whose balances are changed together; `refused` says why not."""

    action: Action | None = None
    points: int = 0
    refused: str = ""


async def forwards(programme_id: int, batch_id: int, progress: Progress | None = None) -> None:
    """Change everybody who still waits. Run again after a crash it goes on where it was."""

    async def change(batch: _Batch, person: Row) -> Action | None:
        customer_id, key = person["customer_id"], _key(batch, person)
        return await acting.act(programme_id, customer_id, batch.kind, batch.args, by=batch.by, key=key)

    async def change_each(batch: _Batch, people: Sequence[Row]) -> list[_Became]:
        asked = [
            (person["customer_id"], _key(batch, person), loads(person["asked"] or "{}")) for person in people
        ]
        outcomes = await acting.act_each(batch.programme_id, batch.kind, batch.args, asked, by=batch.by)
        return [
            _Became(outcome.action, outcome.entry.points)
            if isinstance(outcome, Adjusted)
            else _Became(refused=str(outcome))
            for outcome in outcomes
        ]

    await _walk(programme_id, batch_id, BatchState.RUNNING, change, change_each, progress)


async def backwards(programme_id: int, batch_id: int, undo: Undo, undo_each: UndoEach, by: Actor) -> None:
    """Take back everybody who was changed; `undo` is `loyalty.undo.undo`, `undo_each` that of `loyalty.undo_each`."""

    async def change(batch: _Batch, person: Row) -> None:
        if batch.kind in (BatchKind.TAG, BatchKind.UNTAG):
            await acting.take_back_tag(programme_id, person["customer_id"], batch.kind, batch.args, by=by)
        else:
            await undo(programme_id, person["action"], by=by, reason=_TAKEN_BACK)

    async def change_each(batch: _Batch, people: Sequence[Row]) -> list[_Became]:
        asked = [(person["customer_id"], person["action"]) for person in people]
        outcomes = await undo_each(programme_id, asked, by=by, reason=_TAKEN_BACK)
        return [
            _Became(refused=str(outcome)) if isinstance(outcome, LoyaltyError) else _Became()
            for outcome in outcomes
        ]

    await _walk(programme_id, batch_id, BatchState.UNDOING, change, change_each)


def _key(batch: _Batch, person: Row) -> str:
    return f"batch:{batch.uid}:{person['customer_id']}"


_Change = Callable[[_Batch, Row], Awaitable[Action | None]]
_ChangeEach = Callable[[_Batch, Sequence[Row]], Awaitable[list[_Became]]]
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


async def _walk(
    programme_id: int,
    batch_id: int,
    way: BatchState,
    change: _Change,
    change_each: _ChangeEach,
    progress: Progress | None = None,
) -> None:
    batch = await _read(programme_id, batch_id)
    waits, worked, refused, ended = _WAYS[way]
    passed = 0
    while batch is not None and batch.state is way:
        together = batch.kind in acting.TOGETHER
        found = await rows(_NEXT, programme_id, batch_id, waits, TOGETHER if together else CHUNK)
        with suppress(_Stopped):
            if together and found:
                await _together(batch, found, way, (waits, worked, refused), change_each)
            else:
                for person in found:
                    await _one(batch, person, way, (waits, worked, refused), change)
        passed += len(found)
        if progress:
            progress(passed)
        if not found:
            await _end(programme_id, batch_id, way, ended)
        batch = await _read(programme_id, batch_id)


@retried
async def _together(
    batch: _Batch,
    people: Sequence[Row],
    way: BatchState,
    marks: tuple[BatchPersonState, BatchPersonState, BatchPersonState],
    change_each: _ChangeEach,
) -> None:
    """Raises _Stopped, which takes everything back, when the batch was cancelled or another worker was here."""
    waits, worked, refused = marks
    async with atomic():
        became = await change_each(batch, people)
        # Under the locks of all of them, so that nobody can mark them in between.
        whose, args = one_of("customer_id", [person["customer_id"] for person in people])
        if await value(_WAITING.format(whose=whose), batch.programme_id, batch.id, waits, *args) < len(
            people
        ):
            raise _Stopped
        await run_many(
            _MARK,
            [
                (
                    (refused if each.refused else worked).value,
                    each.action.id if each.action else None,
                    each.refused[:500],
                    batch.programme_id,
                    batch.id,
                    person["customer_id"],
                    waits.value,
                )
                for person, each in zip(people, became, strict=True)
            ],
        )
        kept = sum(1 for each in became if each.refused)
        sums = (
            len(became) - kept,
            kept,
            sum(each.points for each in became if each.points > 0),
            -sum(each.points for each in became if each.points < 0),
        )
        count = _COUNT_EACH.format(worked.value, refused.value)
        if not await run(count, *sums, batch.programme_id, batch.id, way):
            raise _Stopped


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
            action = await change(batch, person)
            await _mark(batch, person, way, waits, worked, action_id=action.id if action else None)

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
        _MARK + " RETURNING state",
        *(to, action_id, note[:500], batch.programme_id, batch.id, person["customer_id"], waits),
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
        "SELECT uid, kind, args, state, actor_kind, actor_id, actor_name FROM batches"
        " WHERE programme_id = {} AND id = {}",
        programme_id,
        batch_id,
    )
    if row is None:
        return None
    by = Actor(ActorKind(row["actor_kind"]), row["actor_name"], row["actor_id"] or None)
    kind, state = BatchKind(row["kind"]), BatchState(row["state"])
    return _Batch(programme_id, batch_id, row["uid"], kind, loads(row["args"]), by, state)
