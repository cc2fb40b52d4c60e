"""Who belongs to a segment, one file a kind.

A kind is one function of the segment and the footing. It answers with a `Belongs`: one condition over `f`
(segment_facts) and `c` (customers), with its values, and the numbers to keep with whoever it lets in or
out. `judging` puts it into the one statement that finds who enters and the one that finds who leaves;
nothing else knows how a kind decides. A kind that is not in KINDS has no members.
"""

from collections.abc import Callable

from db.enums import SegmentKind
from loyalty.segments.footing import Footing
from loyalty.segments.kinds import behavioural, custom, declared, static, value
from loyalty.segments.kinds.belongs import Belongs
from loyalty.segments.stored import Segment

KINDS: dict[SegmentKind, Callable[[Segment, Footing], Belongs]] = {
    SegmentKind.VALUE: value.belongs,
    SegmentKind.BEHAVIOURAL: behavioural.belongs,
    SegmentKind.DECLARED: declared.belongs,
    SegmentKind.CUSTOM: custom.belongs,
    SegmentKind.STATIC: static.belongs,
}


def belongs(segment: Segment, footing: Footing) -> Belongs | None:
    """Who is in this segment; None where nothing says so yet."""
    kind = KINDS.get(segment.kind)
    return kind(segment, footing) if kind else None
