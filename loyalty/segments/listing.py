"""Every segment with its size, how it changed, and whether anything was ever counted (PRODUCT K5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from db.engine import loads, rows, snapshot
from db.enums import SegmentKind
from loyalty.segments import days, footing, stored
from loyalty.segments.standing import tone
from loyalty.segments.stored import Segment

MONTH = 30
HALF_YEAR = 182

_SIZES = """SELECT d.segment_id, d.day, d.people FROM segment_days d
    WHERE d.programme_id = {} AND d.day > {} ORDER BY d.segment_id, d.day"""
_LATEST = (
    """SELECT d.segment_id, d.sums, d.people FROM segment_days d WHERE d.programme_id = {} AND d.day = {}"""
)


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One line. `change` is against 30 days ago, None where that isn't known; `sizes` are oldest first."""

    uid: str
    handle: str
    name: str
    description: str
    kind: SegmentKind
    people: int
    change: int | None
    sizes: tuple[int, ...]
    tone: str


@dataclass(frozen=True, slots=True)
class Segments:
    """`as_of` None: nobody has been looked at yet."""

    rows: tuple[SegmentRow, ...]
    as_of: date | None
    refreshed_at: datetime | None
    everybody: int
    purchasers: int
    scoring: str

    def of(self, kind: SegmentKind | str) -> tuple[SegmentRow, ...]:
        return tuple(row for row in self.rows if row.kind == kind)


async def listing(programme_id: int) -> Segments:
    """Value segments best first, then the others by kind. Three statements, however many people there are."""
    async with snapshot():
        state = await footing.state(programme_id)
        live = await stored.live(programme_id)
        found = await _sizes(programme_id, state.footing.day) if state else {}
    map_ = state.footing.map if state else ()
    made = tuple(
        SegmentRow(
            uid=each.uid,
            handle=each.handle,
            name=each.name,
            description=each.description,
            kind=each.kind,
            people=sizes[-1][1] if sizes else 0,
            change=_change(sizes),
            sizes=tuple(people for _, people in sizes),
            tone=tone(map_, each.name) if each.kind is SegmentKind.VALUE else "",
        )
        for each in live
        for sizes in (found.get(each.id, []),)
    )
    return Segments(
        rows=made,
        as_of=days.day_of(state.footing.day) if state and state.refreshed_at else None,
        refreshed_at=state.refreshed_at if state else None,
        everybody=sum(row.people for row in made if row.kind is SegmentKind.VALUE),
        purchasers=state.footing.yardstick.purchasers if state else 0,
        scoring=state.footing.yardstick.scoring if state else "",
    )


async def one(programme_id: int, segment: Segment) -> SegmentRow | None:
    """The line of one segment."""
    found = await listing(programme_id)
    return next((row for row in found.rows if row.uid == segment.uid), None)


async def names(programme_id: int) -> Mapping[str, str]:
    """Live segments by public id, for choosing one."""
    return {each.uid: each.name for each in await stored.live(programme_id)}


async def sums(programme_id: int, day: int) -> dict[int, tuple[int, dict[str, int]]]:
    """People and sums of every segment on a day, by id."""
    return {
        row["segment_id"]: (row["people"], {name: number or 0 for name, number in loads(row["sums"]).items()})
        for row in await rows(_LATEST, programme_id, day)
    }


async def _sizes(programme_id: int, day: int) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for row in await rows(_SIZES, programme_id, day - HALF_YEAR):
        if row["day"] <= day:
            found.setdefault(row["segment_id"], []).append((row["day"], row["people"]))
    return found


def _change(sizes: list[tuple[int, int]]) -> int | None:
    """Against the last count that is at least 30 days older than the latest."""
    if not sizes:
        return None
    day, people = sizes[-1]
    before = [each for at, each in sizes if at <= day - MONTH]
    return people - before[-1] if before else None
