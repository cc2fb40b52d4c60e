"""Segments as they are stored."""

import json
from dataclasses import dataclass
from typing import Any

from db.engine import Row, loads, one, rows, run
from db.enums import SegmentKind
from db.ids import new_id, new_uid
from loyalty import clock
from loyalty.errors import NotFound
from loyalty.rules.actors import SYSTEM, Actor

_COLUMNS = "id, uid, handle, name, description, kind, position, definition, version, judged_version"
_LIVE = f"""SELECT {_COLUMNS} FROM segments WHERE programme_id = {{}} AND archived_at IS NULL
    ORDER BY CASE kind WHEN 'value' THEN 1 WHEN 'behavioural' THEN 2 WHEN 'declared' THEN 3 WHEN 'custom' THEN 4
      ELSE 5 END, position, id"""
_BY_UID = f"SELECT {_COLUMNS} FROM segments WHERE programme_id = {{}} AND uid = {{}} AND archived_at IS NULL"
_VERSION = """INSERT INTO segment_versions (programme_id, segment_id, number, name, definition, actor_kind, actor_id,
    actor_name, created_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})"""


@dataclass(frozen=True, slots=True)
class Segment:
    """`handle` is its name for machines, unchanged when it is renamed. `definition` is its kind's own JSON.

    `judged_version` is the version its present members were judged by; another than `version`: it was
    changed since, and the next refresh tells nobody of who enters and leaves.
    """

    id: int
    uid: str
    handle: str
    name: str
    description: str
    kind: SegmentKind
    position: int
    definition: dict[str, Any]
    version: int
    judged_version: int

    @classmethod
    def of(cls, row: Row) -> "Segment":
        values = {name: row[name] for name in cls.__slots__}
        return cls(**{**values, "kind": SegmentKind(row["kind"]), "definition": loads(row["definition"])})

    def threshold(self, name: str) -> int | None:
        """One of a behavioural segment's numbers; None for other kinds and numbers it doesn't have."""
        return self.definition.get(name) if self.kind is SegmentKind.BEHAVIOURAL else None


@dataclass(frozen=True, slots=True)
class New:
    """A segment that is to be."""

    handle: str
    name: str
    kind: SegmentKind
    definition: dict[str, Any]
    description: str = ""
    position: int = 0


async def live(programme_id: int) -> tuple[Segment, ...]:
    """Every segment that isn't archived: value first and best first, then by kind and position."""
    return tuple(Segment.of(row) for row in await rows(_LIVE, programme_id))


async def by_uid(programme_id: int, uid: str) -> Segment:
    """Raises NotFound."""
    row = await one(_BY_UID, programme_id, uid)
    if row is None:
        raise NotFound("There is no such segment in this programme.")
    return Segment.of(row)


async def behavioural(programme_id: int, uid: str) -> Segment:
    """A segment with thresholds. Raises NotFound for one without."""
    segment = await by_uid(programme_id, uid)
    if segment.kind is not SegmentKind.BEHAVIOURAL:
        raise NotFound(f"{segment.name} has no thresholds.")
    return segment


async def add(programme_id: int, new: New, *, by: Actor = SYSTEM) -> Segment | None:
    """Insert a segment and its first version, in the caller's transaction. None: the handle is taken."""
    now = clock.now()
    made = await run(
        "INSERT INTO segments (programme_id, id, uid, handle, name, description, kind, position, definition,"
        " created_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
        f" ON CONFLICT (programme_id, handle) DO NOTHING RETURNING {_COLUMNS}",
        programme_id,
        new_id(now),
        new_uid(),
        new.handle,
        new.name,
        new.description,
        new.kind,
        new.position,
        json.dumps(new.definition),
        now,
    )
    if not made:
        return None
    segment = Segment.of(made[0])
    await _keep_version(programme_id, segment, by=by)
    return segment


async def redefine(
    programme_id: int,
    segment: Segment,
    definition: dict[str, Any],
    *,
    by: Actor,
    name: str | None = None,
    description: str | None = None,
) -> Segment:
    """Give a segment another definition, name or description, as a new version, in the caller's transaction."""
    changed = await run(
        "UPDATE segments SET definition = {}, name = {}, description = {}, version = version + 1"
        f" WHERE programme_id = {{}} AND id = {{}} RETURNING {_COLUMNS}",
        json.dumps(definition),
        name or segment.name,
        segment.description if description is None else description,
        programme_id,
        segment.id,
    )
    now = Segment.of(changed[0])
    await _keep_version(programme_id, now, by=by)
    return now


async def _keep_version(programme_id: int, segment: Segment, *, by: Actor) -> None:
    await run(
        _VERSION,
        programme_id,
        segment.id,
        segment.version,
        segment.name,
        json.dumps(segment.definition),
        by.kind,
        by.id,
        by.name,
        clock.now(),
    )
