"""How far a batch is, and what became of each of its people; the same as CSV."""

import csv as csv_format
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import loads, one, rows, snapshot, stream
from db.enums import BatchKind, BatchPersonState, BatchState
from db.paging import Page
from loyalty import programmes, turning
from loyalty.errors import NotFound
from loyalty.exports.files import cell
from loyalty.rules import batches as rules
from loyalty.rules.naming import name_of

_COLUMNS = """b.id, b.uid, b.kind, b.args, b.state, b.total, b.done, b.refused, b.undone, b.kept, b.added, b.taken,
    b.actor_name, b.created_at, b.ended_at, a.uid AS action_uid,
    (SELECT u.id FROM actions u WHERE u.programme_id = b.programme_id AND u.undoes_id = b.action_id) AS undone_by"""
_BATCH = f"""SELECT {_COLUMNS} FROM batches b
    LEFT JOIN actions a ON a.programme_id = b.programme_id AND a.id = b.action_id
    WHERE b.programme_id = {{}}"""
_PEOPLE = """SELECT p.customer_id, p.state, p.note, p.asked, c.uid, c.first_name, c.last_name, c.email, c.phone,
      c.erased_at
    FROM batch_people p JOIN customers c ON c.programme_id = p.programme_id AND c.id = p.customer_id
    WHERE p.programme_id = {} AND p.batch_id = {}"""


@dataclass(frozen=True, slots=True)
class Batch:
    """One change of many people. `title` is what is done; counts are people, `added` and `taken` are points.
    `sets`: a file says what balances are to be, not what is to be added.

    `undo` is the action that takes it back, None while it runs, when nobody was changed, and when it was.
    """

    uid: str
    kind: BatchKind
    state: BatchState
    title: str
    total: int
    done: int
    refused: int
    undone: int
    kept: int
    added: int
    taken: int
    sets: bool
    by: str
    started: datetime
    ended: datetime | None
    undo: str | None

    @property
    def going(self) -> bool:
        """Whether the worker has something to do for it."""
        return self.state in (BatchState.RUNNING, BatchState.UNDOING)

    @property
    def passed(self) -> int:
        """How many people it has gone through, the way it goes now."""
        return self.undone + self.kept if self.state is BatchState.UNDOING else self.done + self.refused

    @property
    def span(self) -> int:
        """How many there are to go through that way."""
        return self.done if self.state is BatchState.UNDOING else self.total


@dataclass(frozen=True, slots=True)
class BatchPerson:
    """What became of one person; `note` says why not, `points` what the file says of them where there is one."""

    uid: str
    name: str
    email: str | None
    state: BatchPersonState
    note: str
    points: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """A batch and one page of its people: those it couldn't change first asked for, else all."""

    batch: Batch
    people: Page[BatchPerson]
    only: BatchPersonState | None


async def find(programme_id: int, uid: str) -> dict[str, Any]:
    """The batch's row. Raises NotFound."""
    row = await one(_BATCH + " AND b.uid = {}", programme_id, uid)
    if row is None:
        raise NotFound("There is no such batch in this programme.")
    return row


async def report(
    programme_id: int, uid: str, only: BatchPersonState | None = None, cursor: str | None = None
) -> Report:
    """How far it is, and a page of its people, those with `only` this state. Raises NotFound, Invalid."""
    turn = turning.turn(cursor, int)
    async with snapshot():
        row = await find(programme_id, uid)
        sql, args = _PEOPLE, [programme_id, row["id"]]
        if only is not None:
            sql, args = sql + " AND p.state = {}", [*args, only]
        if turn.key:
            sql, args = sql + f" AND p.customer_id {turn.beyond} {{}}", [*args, turn.key[0]]
        found = await rows(f"{sql} ORDER BY p.customer_id {turn.order} LIMIT {turn.limit}", *args)
        batch = await _view(programme_id, row)
    page = turn.page(found, lambda each: (each["customer_id"],))
    people = tuple(_person(each) for each in page.items)
    return Report(batch, Page(people, page.next, page.previous), only)


async def latest(programme_id: int, *, most: int = 50) -> tuple[Batch, ...]:
    """The newest batches."""
    async with snapshot():
        found = await rows(f"{_BATCH} ORDER BY b.id DESC LIMIT {{}}", programme_id, most)
        return tuple([await _view(programme_id, row) for row in found])


async def csv(programme_id: int, uid: str) -> AsyncIterator[str]:
    """Everybody of the batch and what became of them, in pieces. Raises NotFound."""
    row = await find(programme_id, uid)
    return _pieces(programme_id, row)


async def _pieces(programme_id: int, batch: dict[str, Any]) -> AsyncIterator[str]:
    from_file = batch["kind"] == BatchKind.POINTS
    text = io.StringIO()
    write = csv_format.writer(text).writerow
    text.write("\ufeff")
    write(("Name", "E-mail", "Outcome", "Reason", "Customer id", *(("Points",) if from_file else ())))
    async for row in stream(_PEOPLE + " ORDER BY p.customer_id", programme_id, batch["id"]):
        person = _person(row)
        said = (person.name, person.email, person.state, person.note, person.uid)
        write([cell(each) for each in (*said, *((person.points,) if from_file else ()))])
        if text.tell() > 32_768:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


async def _view(programme_id: int, row: dict[str, Any]) -> Batch:
    kind, args = BatchKind(row["kind"]), loads(row["args"])
    programme = await programmes.get(programme_id)
    amount = programme.amount(abs(args["points"])) if kind is BatchKind.ADJUST else ""
    state = BatchState(row["state"])
    undoable = state in (BatchState.DONE, BatchState.CANCELLED) and row["done"] and not row["undone_by"]
    return Batch(
        uid=row["uid"],
        kind=kind,
        state=state,
        title=rules.title(kind, args, amount),
        total=row["total"],
        done=row["done"],
        refused=row["refused"],
        undone=row["undone"],
        kept=row["kept"],
        added=row["added"],
        taken=row["taken"],
        sets=bool(args.get("set")),
        by=row["actor_name"],
        started=row["created_at"],
        ended=row["ended_at"],
        undo=row["action_uid"] if undoable else None,
    )


def _person(row: dict[str, Any]) -> BatchPerson:
    asked = loads(row["asked"] or "{}")
    return BatchPerson(
        row["uid"],
        name_of(row),
        row["email"],
        BatchPersonState(row["state"]),
        row["note"],
        asked.get("points"),
    )
