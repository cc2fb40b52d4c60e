"""Which built segments look at which others (PRODUCT K4)."""

from db.enums import SegmentKind
from loyalty.rules import segment_trees as trees
from loyalty.segments import stored
from loyalty.segments.stored import Segment


async def uses(programme_id: int) -> dict[str, tuple[Segment, frozenset[str]]]:
    """Every built segment with the public ids of those it looks at."""
    return {
        each.uid: (each, trees.segments_in(trees.of(each.definition["tree"])))
        for each in await stored.live(programme_id)
        if each.kind is SegmentKind.CUSTOM
    }


async def used_in(programme_id: int, uid: str) -> tuple[Segment, ...]:
    """The built segments that look at this one."""
    return tuple(each for each, inside in (await uses(programme_id)).values() if uid in inside)
