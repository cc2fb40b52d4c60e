"""Which segments share people (PRODUCT K5)."""

from dataclasses import dataclass

from db.engine import rows, snapshot
from db.enums import SegmentKind
from loyalty.segments import stored
from loyalty.segments.stored import Segment

# From the smaller side: whoever is in a segment that isn't a value segment.
_PAIRS = """SELECT a.segment_id AS one, b.segment_id AS other, count(*) AS people FROM segments s
    JOIN segment_members a ON a.programme_id = s.programme_id AND a.segment_id = s.id
    JOIN segment_members b ON b.programme_id = a.programme_id AND b.customer_id = a.customer_id
    WHERE s.programme_id = {} AND s.kind <> 'value' AND s.archived_at IS NULL GROUP BY a.segment_id, b.segment_id"""


@dataclass(frozen=True, slots=True)
class Overlap:
    """`rows` are segments that may overlap, `columns` every segment; `cells` people by both public ids."""

    rows: tuple[Segment, ...]
    columns: tuple[Segment, ...]
    sizes: dict[str, int]
    cells: dict[tuple[str, str], int]


async def overlap(programme_id: int) -> Overlap:
    """Two statements; the second grows with the people in overlapping segments."""
    async with snapshot():
        live = await stored.live(programme_id)
        found = await rows(_PAIRS, programme_id)
    known = {each.id: each.uid for each in live}
    cells = {
        (known[row["one"]], known[row["other"]]): row["people"] for row in found if row["other"] in known
    }
    mixed = tuple(each for each in live if each.kind is not SegmentKind.VALUE)
    values = tuple(each for each in live if each.kind is SegmentKind.VALUE)
    return Overlap(mixed, values + mixed, {uid: cells.get((uid, uid), 0) for uid in known.values()}, cells)
