"""Static lists: made from e-mail addresses or chosen people, added to, taken from (PRODUCT K)."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.engine import Row, atomic, hold, insert_many, retried, rows, run
from db.enums import CustomerType, MoveCause, SegmentKind
from db.ids import new_uid
from loyalty import audit, clock, repeats
from loyalty.audit import Action
from loyalty.customers.search import Condition, among
from loyalty.errors import AlreadyDone, Invalid
from loyalty.ledger.locking import locked
from loyalty.rules.actors import Actor
from loyalty.segments import archiving, finding, footing, judging, naming, nights, sizes, stored
from loyalty.segments.scopes import those
from loyalty.segments.stored import New, Segment

MADE, ADDED = "segments.listed", "segments.added"


@dataclass(frozen=True, slots=True)
class Listed:
    """The list, how many were put on it, and how many rows put nobody on it."""

    segment: Segment
    added: int
    missing: int
    sentence: str
    action: Action


@retried
async def make(
    programme_id: int, name: str, text: str, *, column: str | None = None, by: Actor, key: str
) -> Listed:
    """Make a list of whoever is meant by `text`, as `finding.look` reads it.

    Repeating `key` returns the first outcome. Raises Invalid for a name that is taken or empty, or a text
    that names nobody; KeyReused.
    """
    name = naming.tidy(name)
    asked = repeats.mark(key, name, text, column)
    async with atomic():
        await hold("segments", programme_id)
        done = await repeats.earlier(programme_id, MADE, ("programme", programme_id), asked)
        if done is not None:
            segment = await stored.by_uid(programme_id, str(done.after["segment"]))
            return Listed(segment, 0, 0, done.action.sentence, done.action)
        segment = await begin(programme_id, name, by=by)
        found = (await finding.look(programme_id, text, column)).found
        added = await _put(programme_id, segment, found.ids)
        action = await audit.record(
            programme_id,
            MADE,
            ("programme", programme_id),
            f"The list {name} was made, with {added:,} {'person' if added == 1 else 'people'}",
            by=by,
            after={"segment": segment.uid, "people": added, **asked.stored},
            undo={"noun": "segments", "verb": MADE, "segment": segment.uid},
        )
        return Listed(segment, added, len(found.missing), action.sentence, action)


async def begin(programme_id: int, name: str, *, by: Actor) -> Segment:
    """An empty list, in the caller's transaction. Raises Invalid for a name that is taken or empty."""
    await hold("segments", programme_id)
    name = naming.tidy(name)
    await naming.refuse_taken(programme_id, name)
    made = await stored.add(programme_id, New(f"list:{new_uid()}", name, SegmentKind.STATIC, {}), by=by)
    assert made is not None, "its handle is random"
    return made


@retried
async def add(
    programme_id: int, uid: str, text: str, *, column: str | None = None, by: Actor, key: str
) -> Listed:
    """Put more people on a list. Raises NotFound, Invalid for no list or nobody named, KeyReused."""
    asked = repeats.mark(key, uid, text, column)
    async with atomic():
        await hold("segments", programme_id)
        segment = await find(programme_id, uid)
        done = await repeats.earlier(programme_id, ADDED, ("segment", segment.id), asked)
        if done is not None:
            return Listed(segment, 0, 0, done.action.sentence, done.action)
        found = (await finding.look(programme_id, text, column)).found
        there = await _there(programme_id, segment, found.ids)
        fresh = [id_ for id_ in found.ids if id_ not in there]
        added = await _put(programme_id, segment, fresh)
        action = await audit.record(
            programme_id,
            ADDED,
            ("segment", segment.id),
            f"{added:,} {'person was' if added == 1 else 'people were'} put on {segment.name}",
            by=by,
            after={"people": added, **asked.stored},
            undo={"noun": "segments", "verb": ADDED, "segment": segment.uid, "people": fresh},
        )
        return Listed(segment, added, len(found.missing), action.sentence, action)


@retried
async def put(programme_id: int, customer_id: int, uid: str, *, by: Actor) -> Action:
    """Put one person on a list. Raises AlreadyDone for who is on it, Invalid for who has left, NotFound."""
    async with atomic():
        account = await locked(programme_id, customer_id)
        await hold("segments", programme_id)
        segment = await find(programme_id, uid)
        if account.type is CustomerType.LEFT:
            raise Invalid(f"{account.customer_name} has left the programme, so no list can hold them.")
        if await _there(programme_id, segment, [customer_id]):
            raise AlreadyDone(f"{account.customer_name} is on {segment.name} already.")
        await _put(programme_id, segment, [customer_id])
        return await audit.record(
            programme_id,
            ADDED,
            ("segment", segment.id),
            f"{{customer}} was put on {segment.name}",
            by=by,
            customer_id=customer_id,
            after={"people": 1},
            undo={"noun": "segments", "verb": ADDED, "segment": segment.uid, "people": [customer_id]},
        )


async def take_off(programme_id: int, uid: str, ids: Sequence[int]) -> str:
    """Take people off a list again, in the caller's transaction."""
    await hold("segments", programme_id)
    segment = await find(programme_id, uid)
    off = among("customer_id", tuple(ids))
    await run(
        f"DELETE FROM segment_listed WHERE programme_id = {{}} AND segment_id = {{}} AND {off.sql}",
        programme_id,
        segment.id,
        *off.args,
    )
    await _judge(programme_id, segment, ids)
    return f"{len(ids):,} {'person is' if len(ids) == 1 else 'people are'} off {segment.name} again"


async def drop(programme_id: int, uid: str) -> str:
    """Archive a list that was just made, in the caller's transaction. Raises Invalid while others use it."""
    await hold("segments", programme_id)
    segment = await find(programme_id, uid)
    await archiving.archive(programme_id, segment)
    await run(
        "DELETE FROM segment_listed WHERE programme_id = {} AND segment_id = {}", programme_id, segment.id
    )
    return f"The list {segment.name} is gone again"


async def find(programme_id: int, uid: str) -> Segment:
    """A list by its public id. Raises NotFound, Invalid for a segment of another kind."""
    segment = await stored.by_uid(programme_id, uid)
    if segment.kind is not SegmentKind.STATIC:
        raise Invalid(f"{segment.name} is no list: its people come from what they do.", field="list")
    return segment


async def names(programme_id: int) -> dict[str, str]:
    """Every list by its public id."""
    return {
        each.uid: each.name for each in await stored.live(programme_id) if each.kind is SegmentKind.STATIC
    }


async def _there(programme_id: int, segment: Segment, ids: Sequence[int]) -> set[int]:
    condition: Condition = among("l.customer_id", tuple(ids))
    found: list[Row] = await rows(
        "SELECT l.customer_id FROM segment_listed l WHERE l.programme_id = {} AND l.segment_id = {}"
        f" AND {condition.sql}",
        programme_id,
        segment.id,
        *condition.args,
    )
    return {row["customer_id"] for row in found}


async def _put(programme_id: int, segment: Segment, ids: Sequence[int]) -> int:
    now = clock.now()
    await insert_many(
        "segment_listed",
        ("programme_id", "segment_id", "customer_id", "added_at"),
        [(programme_id, segment.id, id_, now) for id_ in ids],
        on_conflict="DO NOTHING",
    )
    await _judge(programme_id, segment, ids)
    return len(ids)


async def _judge(programme_id: int, segment: Segment, ids: Sequence[int]) -> None:
    """Lists need no yardstick, so their people are members at once; those without facts yet after a refresh."""
    state = await footing.state(programme_id)
    if state is None:
        return
    round_ = await nights.begun(programme_id, MoveCause.BY_HAND)
    await run(
        "UPDATE segments SET judged_version = version WHERE programme_id = {} AND id = {}",
        programme_id,
        segment.id,
    )
    judged = await stored.by_uid(programme_id, segment.uid)
    await sizes.begin(state.footing, segment.id)
    # Segments a shop built may look at this list; they are judged after it.
    built = [each for each in await stored.live(programme_id) if each.kind is SegmentKind.CUSTOM]
    await judging.judge(state.footing, [judged, *built], those(ids), round_)
