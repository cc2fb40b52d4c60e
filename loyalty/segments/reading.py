"""What a built segment says, where it is used, and what it said before (PRODUCT K4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import loads
from db.enums import SegmentKind
from loyalty import programmes
from loyalty.rules import segment_readings as readings
from loyalty.rules import segment_trees as trees
from loyalty.rules.segment_readings import Known
from loyalty.segments import building, trying, uses
from loyalty.segments.stored import Segment


@dataclass(frozen=True, slots=True)
class Version:
    """`lines` are its conditions in words, as things are called now."""

    number: int
    name: str
    by: str
    at: datetime
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class About:
    """`lines` and `warnings` are empty for a segment that wasn't built; `used_in` is what asks about it."""

    lines: Sequence[str]
    warnings: Sequence[str]
    used_in: Sequence[uses.Use]
    versions: Sequence[Version]


async def about(programme_id: int, segment: Segment) -> About:
    users = await uses.used_in(programme_id, segment)
    if segment.kind is not SegmentKind.CUSTOM:
        return About((), (), users, ())
    tree, names = trees.of(segment.definition["tree"]), await trying.known(programme_id)
    amount = trying.amounts(await programmes.get(programme_id))
    return About(
        readings.lines(tree, names, amount),
        readings.warnings(tree, names, amount),
        users,
        tuple(_version(row, names, amount) for row in await building.versions(programme_id, segment)),
    )


def _version(row: dict[str, Any], names: Known, amount: Callable[[int], str]) -> Version:
    lines = readings.lines(trees.of(loads(row["definition"])["tree"]), names, amount)
    return Version(row["number"], row["name"], row["actor_name"], row["created_at"], lines)
