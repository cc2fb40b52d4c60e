"""Segments a shop builds from conditions: made, changed, used by one another (PRODUCT K4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.engine import atomic, hold, retried, rows, run
from db.enums import SegmentKind
from db.ids import new_uid
from loyalty import audit, repeats
from loyalty.audit import Action
from loyalty.errors import Invalid, NotFound, Stale
from loyalty.rules import segment_trees as trees
from loyalty.rules.actors import Actor
from loyalty.rules.segment_trees import Group
from loyalty.segments import archiving, asking, naming, stored, trying, uses
from loyalty.segments.stored import New, Segment

MADE, CHANGED = "segments.built", "segments.rebuilt"

_VERSIONS = """SELECT number, name, definition, actor_name, created_at FROM segment_versions
    WHERE programme_id = {} AND segment_id = {} ORDER BY number DESC LIMIT 20"""


@dataclass(frozen=True, slots=True)
class Built:
    segment: Segment
    sentence: str
    action: Action


async def custom(programme_id: int, uid: str) -> Segment:
    """A segment that was built. Raises NotFound for any other."""
    segment = await stored.by_uid(programme_id, uid)
    if segment.kind is not SegmentKind.CUSTOM:
        raise NotFound(f"{segment.name} wasn't built from conditions.")
    return segment


@retried
async def make(programme_id: int, name: str, given: object, *, by: Actor, key: str) -> Built:
    """Make a segment of a tree; its people come with the refresh that follows.

    Repeating `key` returns the first outcome. Raises Invalid, KeyReused.
    """
    tree, name = trees.of(given), naming.tidy(name)
    asked = repeats.mark(key, name, tree.stored)
    async with atomic():
        await hold("segments", programme_id)
        done = await repeats.earlier(programme_id, MADE, ("programme", programme_id), asked)
        if done is not None:
            segment = await stored.by_uid(programme_id, str(done.after["segment"]))
            return Built(segment, done.action.sentence, done.action)
        await _check(programme_id, name, tree)
        new = New(f"built:{new_uid()}", name, SegmentKind.CUSTOM, {"tree": tree.stored})
        made = await stored.add(programme_id, new, by=by)
        assert made is not None, "its handle is random"
        await _order(programme_id)
        action = await audit.record(
            programme_id,
            MADE,
            ("programme", programme_id),
            f"The segment {name} was made",
            by=by,
            after={"segment": made.uid, "tree": tree.stored, **asked.stored},
            undo={"noun": "segments", "verb": MADE, "segment": made.uid},
        )
    await asking.refresh_soon(programme_id)
    return Built(made, action.sentence, action)


@retried
async def change(
    programme_id: int, uid: str, name: str, given: object, *, by: Actor, key: str, version: int | None = None
) -> Built:
    """Give a built segment other conditions or another name, as a new version.

    Repeating `key` returns the first outcome. Raises Invalid, also for a segment that would contain itself;
    NotFound, Stale, KeyReused.
    """
    tree, name = trees.of(given), naming.tidy(name)
    asked = repeats.mark(key, uid, name, tree.stored)
    async with atomic():
        await hold("segments", programme_id)
        segment = await custom(programme_id, uid)
        done = await repeats.earlier(programme_id, CHANGED, ("segment", segment.id), asked)
        if done is not None:
            return Built(segment, done.action.sentence, done.action)
        if version is not None and version != segment.version:
            raise Stale(f"Somebody else changed {segment.name} since you opened it.")
        await _check(programme_id, name, tree, segment)
        now = await stored.redefine(programme_id, segment, {"tree": tree.stored}, by=by, name=name)
        await _order(programme_id)
        before = {"name": segment.name, **segment.definition}
        action = await audit.record(
            programme_id,
            CHANGED,
            ("segment", segment.id),
            f"The segment {name} has new conditions",
            by=by,
            before=before,
            after={"name": name, "tree": tree.stored, **asked.stored},
            undo={"noun": "segments", "verb": CHANGED, "segment": uid, "before": before},
        )
    await asking.refresh_soon(programme_id)
    return Built(now, action.sentence, action)


async def drop(programme_id: int, uid: str) -> str:
    """Archive a segment that was just made, in the caller's transaction. Raises Invalid while others use it."""
    await hold("segments", programme_id)
    segment = await custom(programme_id, uid)
    await archiving.archive(programme_id, segment)
    return f"The segment {segment.name} is gone again"


async def restore(programme_id: int, uid: str, before: Mapping[str, Any], *, by: Actor) -> str:
    """Give a built segment its earlier name and conditions back, in the caller's transaction."""
    await hold("segments", programme_id)
    segment = await custom(programme_id, uid)
    tree = trees.of(before["tree"])
    await _check(programme_id, before["name"], tree, segment)
    await stored.redefine(programme_id, segment, {"tree": tree.stored}, by=by, name=before["name"])
    await _order(programme_id)
    await asking.refresh_soon(programme_id)
    return f"The segment {before['name']} has its earlier conditions again"


async def versions(programme_id: int, segment: Segment) -> list[dict[str, Any]]:
    """The latest versions, newest first: number, name, definition, who and when."""
    return await rows(_VERSIONS, programme_id, segment.id)


async def _check(programme_id: int, name: str, tree: Group, segment: Segment | None = None) -> None:
    await naming.refuse_taken(programme_id, name, besides=segment.id if segment else 0)
    trying.check(tree, await trying.known(programme_id))
    if segment is None:
        return
    inside = {uid: looks_at for uid, (_, looks_at) in (await uses.uses(programme_id)).items()}
    if trees.circle(segment.uid, {**inside, segment.uid: trees.segments_in(tree)}):
        raise Invalid(
            f"{segment.name} would contain itself, directly or through another segment.", field="tree"
        )


async def _order(programme_id: int) -> None:
    """Number the built segments so that each is judged after those it looks at."""
    found = await uses.uses(programme_id)
    depths = trees.depths({uid: inside for uid, (_, inside) in found.items()})
    for uid, (segment, _) in found.items():
        if segment.position != depths[uid]:
            await run(
                "UPDATE segments SET position = {} WHERE programme_id = {} AND id = {}",
                depths[uid],
                programme_id,
                segment.id,
            )
