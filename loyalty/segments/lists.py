"""Static lists: made from e-mail addresses or chosen people, added to, taken from (PRODUCT K)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from db.engine import Row, atomic, hold, insert_many, one, retried, rows, run
from db.enums import MoveCause, SegmentKind
from db.ids import new_id, new_uid
from loyalty import audit, clock, programmes, repeats
from loyalty.audit import Action
from loyalty.customers.search import Condition, among
from loyalty.errors import Invalid
from loyalty.rules.actors import Actor
from loyalty.rules.orders import normalised_email
from loyalty.segments import footing, judging, nights, sizes, stored
from loyalty.segments.judging import Round
from loyalty.segments.scopes import those
from loyalty.segments.stored import New, Segment

MOST = 50_000
LONGEST_NAME = 60
MADE, ADDED = "segments.listed", "segments.added"

_ADDRESS = re.compile(r"[^\s,;\"'<>()]+@[^\s,;\"'<>()]+")


@dataclass(frozen=True, slots=True)
class Listed:
    """The list, how many were put on it, and the addresses nobody here has."""

    segment: Segment
    added: int
    unknown: tuple[str, ...]
    sentence: str
    action: Action


def addresses(text: str) -> tuple[str, ...]:
    """The e-mail addresses in a text or CSV, each once. Raises Invalid when there is none or too many."""
    found = tuple(dict.fromkeys(filter(None, map(normalised_email, _ADDRESS.findall(text)))))
    if not found:
        raise Invalid("There is no e-mail address in this.", field="people")
    if len(found) > MOST:
        raise Invalid(f"A list takes at most {MOST:,} people at a time.", field="people")
    return found


@retried
async def make(programme_id: int, name: str, text: str, *, by: Actor, key: str) -> Listed:
    """Make a list of whoever has one of the addresses in `text`. Repeating `key` returns the first outcome.

    Raises Invalid for a name that is taken or empty, or a text without addresses; KeyReused.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"Give the list a name of at most {LONGEST_NAME} letters.", field="name")
    emails = addresses(text)
    asked = repeats.mark(key, name, sorted(emails))
    async with atomic():
        await hold("segments", programme_id)
        done = await repeats.earlier(programme_id, MADE, ("programme", programme_id), asked)
        if done is not None:
            segment = await stored.by_uid(programme_id, str(done.after["segment"]))
            return Listed(segment, 0, (), done.action.sentence, done.action)
        if await one(
            "SELECT id FROM segments WHERE programme_id = {} AND name = {} AND archived_at IS NULL",
            programme_id,
            name,
        ):
            raise Invalid(f"There is a segment called {name} already.", field="name")
        new = New(f"list:{new_uid()}", name, SegmentKind.STATIC, {})
        made = await stored.add(programme_id, new, by=by)
        assert made is not None, "its handle is random"
        segment = made
        ids, unknown = await _known(programme_id, emails)
        added = await _put(programme_id, segment, ids)
        action = await audit.record(
            programme_id,
            MADE,
            ("programme", programme_id),
            f"The list {name} was made, with {added:,} {'person' if added == 1 else 'people'}",
            by=by,
            after={"segment": segment.uid, "people": added, **asked.stored},
            undo={"noun": "segments", "verb": MADE, "segment": segment.uid},
        )
        return Listed(segment, added, unknown, action.sentence, action)


@retried
async def add(programme_id: int, uid: str, text: str, *, by: Actor, key: str) -> Listed:
    """Put more people on a list. Raises NotFound, Invalid for no list or no address, KeyReused."""
    emails = addresses(text)
    asked = repeats.mark(key, uid, sorted(emails))
    async with atomic():
        await hold("segments", programme_id)
        segment = await _list(programme_id, uid)
        done = await repeats.earlier(programme_id, ADDED, ("segment", segment.id), asked)
        if done is not None:
            return Listed(segment, 0, (), done.action.sentence, done.action)
        ids, unknown = await _known(programme_id, emails)
        there = await _there(programme_id, segment, ids)
        fresh = [id_ for id_ in ids if id_ not in there]
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
        return Listed(segment, added, unknown, action.sentence, action)


async def take_off(programme_id: int, uid: str, ids: Sequence[int]) -> str:
    """Take people off a list again, in the caller's transaction."""
    await hold("segments", programme_id)
    segment = await _list(programme_id, uid)
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
    """Archive a list that was just made, in the caller's transaction."""
    segment = await _list(programme_id, uid)
    there = await rows(
        "SELECT l.customer_id FROM segment_listed l WHERE l.programme_id = {} AND l.segment_id = {}",
        programme_id,
        segment.id,
    )
    await take_off(programme_id, uid, [row["customer_id"] for row in there])
    await run(
        "UPDATE segments SET archived_at = {} WHERE programme_id = {} AND id = {}",
        clock.now(),
        programme_id,
        segment.id,
    )
    return f"The list {segment.name} is gone again"


async def _list(programme_id: int, uid: str) -> Segment:
    segment = await stored.by_uid(programme_id, uid)
    if segment.kind is not SegmentKind.STATIC:
        raise Invalid(f"{segment.name} is no list: its people come from what they do.")
    return segment


async def _known(programme_id: int, emails: Sequence[str]) -> tuple[list[int], tuple[str, ...]]:
    found: dict[str, int] = {}
    for start in range(0, len(emails), 500):
        part = emails[start : start + 500]
        marks = ", ".join(["{}"] * len(part))
        for row in await rows(
            f"SELECT id, email_key FROM customers WHERE programme_id = {{}} AND email_key IN ({marks})",
            programme_id,
            *part,
        ):
            found[row["email_key"]] = row["id"]
    return list(found.values()), tuple(email for email in emails if email not in found)


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
    state = await footing.state(await programmes.get(programme_id))
    if state is None:
        return
    now = clock.now()
    round_ = Round(new_id(now), now, MoveCause.BY_HAND, await nights.told_until(programme_id))
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
