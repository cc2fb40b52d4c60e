"""The value map: who would move under another one, and putting it in force (PRODUCT K1)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from db.engine import atomic, hold, retried, rows, run, snapshot, take_time
from db.enums import MoveCause, Scoring, SegmentKind
from db.ids import new_id
from loyalty import audit, clock, repeats
from loyalty.audit import Action
from loyalty.errors import Invalid, Stale
from loyalty.rules import segment_maps as maps
from loyalty.rules.actors import Actor
from loyalty.rules.segment_maps import NO_PURCHASES, Map
from loyalty.rules.segment_scores import Cuts
from loyalty.segments import asking, footing, measuring, scoring, seeding, stored, uses
from loyalty.segments.footing import Policy
from loyalty.segments.stored import Segment

VERB = "segments.mapped"
_POLICY = """INSERT INTO segment_policies (programme_id, scoring, cuts, map, version) VALUES ({}, {}, {}, {}, 1)
    ON CONFLICT (programme_id) DO UPDATE SET scoring = excluded.scoring, cuts = excluded.cuts, map = excluded.map,
      version = segment_policies.version + 1"""
_WHO = """SELECT was, value_id, count(*) AS people FROM ({judged}) j GROUP BY was, value_id"""
_ARCHIVE = """UPDATE segments SET archived_at = {} WHERE programme_id = {} AND id = {}"""
_LEAVE = """INSERT INTO segment_moves (programme_id, id, segment_id, customer_id, entered, cause, settled, since, at,
      facts)
    SELECT m.programme_id, {}, m.segment_id, m.customer_id, false, {}, false, m.since, {}, m.facts
    FROM segment_members m WHERE m.programme_id = {} AND m.segment_id = {}"""


@dataclass(frozen=True, slots=True)
class Change:
    """So many people would go from one value segment to another."""

    source: str
    target: str
    people: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would move, most first; sizes of the segments that would be, in the map's order."""

    changes: tuple[Change, ...]
    sizes: tuple[tuple[str, int], ...]
    cuts: Cuts

    @property
    def moving(self) -> int:
        return sum(each.people for each in self.changes)


@dataclass(frozen=True, slots=True)
class Mapped:
    sentence: str
    action: Action


async def preview(programme_id: int, draft: Policy) -> Preview | None:
    """Who would move if this were in force. None before the first refresh. Raises Invalid for a map with gaps.

    A segment keeps its people when it keeps its name.
    """
    _check(draft.map)
    async with snapshot():
        await take_time()
        state = await footing.state(programme_id)
        if state is None or state.refreshed_at is None:
            return None
        live = await stored.live(programme_id)
        at = replace(state.footing, map=draft.map)
        stick = await measuring.measure(at, draft, live, gaps=False, values=True)
        names = {segment.id: segment for segment in live}
        wanted = (*maps.names(draft.map), NO_PURCHASES)
        drafted = {name: place for place, name in enumerate(wanted, 1)}
        sql = scoring.judged(
            stick, at.day, draft.map, drafted, drafted[NO_PURCHASES], also=", f.value_id AS was"
        ).replace("{scope}", "1 = 1")
        found = await rows(_WHO.replace("{judged}", sql), programme_id)
    changes, sizes = [], dict.fromkeys(wanted, 0)
    for row in found:
        target, source = wanted[row["value_id"] - 1], names.get(row["was"])
        sizes[target] += row["people"]
        if source is None or source.handle != seeding.value_handle(target):
            changes.append(Change(source.name if source else "Nowhere", target, row["people"]))
    changes.sort(key=lambda each: -each.people)
    return Preview(tuple(changes), tuple(sizes.items()), stick.cuts)


@retried
async def save(
    programme_id: int, draft: Policy, *, by: Actor, key: str, version: int | None = None
) -> Mapped:
    """Put a map and its scoring in force; people move with the refresh that follows at once.

    Segments that are no longer in it are archived with their history, unless something asks about them.
    `version` guards an edit of what was read. Repeating `key` returns the first outcome. Raises Invalid, Stale,
    KeyReused.
    """
    _check(draft.map)
    asked = repeats.mark(key, _plain(draft))
    async with atomic():
        await hold("segments", programme_id)
        done = await repeats.earlier(programme_id, VERB, ("programme", programme_id), asked)
        if done is not None:
            return Mapped(done.action.sentence, done.action)
        before = await footing.policy(programme_id)
        if version is not None and version != before.version:
            raise Stale("Somebody else changed the map since you opened it. Load it again to see theirs.")
        await _keep(programme_id, draft)
        action = await audit.record(
            programme_id,
            VERB,
            ("programme", programme_id),
            f"The value map now makes {len(maps.names(draft.map)) + 1} segments",
            by=by,
            before=_plain(before),
            after={**_plain(draft), **asked.stored},
            undo={"noun": "segments", "verb": VERB, "before": _plain(before)},
        )
    await asking.refresh_soon(programme_id)
    return Mapped(action.sentence, action)


async def restore(programme_id: int, before: Mapping[str, Any]) -> str:
    """Put an earlier map back, in the caller's transaction."""
    await hold("segments", programme_id)
    cuts = Cuts.of(before["cuts"]) if before["cuts"] else None
    await _keep(programme_id, Policy(cuts, maps.of(before["map"])))
    await asking.refresh_soon(programme_id)
    return "The value map is as it was before"


def _check(map_: Map) -> None:
    """Raises Invalid for a map with gaps, or with names that can't be told apart."""
    maps.check(map_)
    known: dict[str, str] = {seeding.value_handle(NO_PURCHASES): NO_PURCHASES}
    for name in maps.names(map_):
        other = known.setdefault(seeding.value_handle(name), name)
        if other != name or name == NO_PURCHASES:
            raise Invalid(f"“{name}” is too much like “{other}”; give this row another name.", field="map")


async def _keep(programme_id: int, draft: Policy) -> None:
    cuts = draft.fixed.stored if draft.fixed else {}
    how = Scoring.FIXED if draft.fixed else Scoring.AUTOMATIC
    rows_ = [row.stored for row in draft.map]
    await run(_POLICY, programme_id, how, json.dumps(cuts), json.dumps(rows_))
    kept = {seeding.value_handle(name) for name in (*maps.names(draft.map), NO_PURCHASES)}
    for segment in await stored.live(programme_id):
        if segment.kind is SegmentKind.VALUE and segment.handle not in kept:
            uses.refuse(segment, await uses.used_in(programme_id, segment), field="map")
            await _archive(programme_id, segment)
    await run(
        "UPDATE segments SET archived_at = NULL WHERE programme_id = {} AND kind = 'value' AND archived_at IS NOT NULL"
        f" AND handle IN ({', '.join(['{}'] * len(kept))})",
        programme_id,
        *kept,
    )
    await seeding.ensure(programme_id, draft.map)
    await _order(programme_id, draft.map)
    # Nobody is told of who moves by another map: it says nothing of the person.
    await run(
        "UPDATE segments SET version = version + 1 WHERE programme_id = {} AND kind = 'value' AND archived_at IS NULL",
        programme_id,
    )


async def _archive(programme_id: int, segment: Segment) -> None:
    now = clock.now()
    await run(_LEAVE, new_id(now), MoveCause.DEFINITION, now, programme_id, segment.id)
    await run(
        "DELETE FROM segment_members WHERE programme_id = {} AND segment_id = {}", programme_id, segment.id
    )
    await run(_ARCHIVE, now, programme_id, segment.id)


async def _order(programme_id: int, map_: Map) -> None:
    for place, name in enumerate((*maps.names(map_), NO_PURCHASES)):
        await run(
            "UPDATE segments SET position = {}, name = {} WHERE programme_id = {} AND handle = {}",
            place,
            name,
            programme_id,
            seeding.value_handle(name),
        )


def _plain(policy: Policy) -> dict[str, Any]:
    return {
        "cuts": policy.fixed.stored if policy.fixed else {},
        "map": [row.stored for row in policy.map],
    }
