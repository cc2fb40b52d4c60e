"""How a segment grew: its size over half a year, who came and went each month, and what its people share."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from db.engine import rows, snapshot
from db.enums import SegmentKind
from db.ids import first_id
from loyalty import clock, programmes
from loyalty.rules.days import add_months, local_day, zone
from loyalty.segments import footing, listing, stored
from loyalty.segments.stored import Segment

MONTHS = 6
NIGHT_IS_OVER = time(6)
"""A month ends with the night after its last day, which looks at that day: at six on the first."""

_MOVES = """SELECT CASE {cases} END AS step, v.entered, count(*) AS people FROM segment_moves v
    WHERE v.programme_id = {{}} AND v.segment_id = {{}} AND v.id >= {{}} GROUP BY 1, 2"""


@dataclass(frozen=True, slots=True)
class Month:
    """Entries and exits of a calendar month."""

    first: date
    entered: int
    left: int


@dataclass(frozen=True, slots=True)
class Trait:
    """One thing people have in common: a mean or a share, here and of everybody. Money is minor units."""

    name: str
    here: int
    everybody: int


@dataclass(frozen=True, slots=True)
class Growth:
    months: tuple[Month, ...]
    traits: tuple[Trait, ...]
    people: int
    everybody: int


def ends(first: date, here: ZoneInfo) -> datetime:
    """When the month that begins on this day is over, its last night included."""
    return datetime.combine(add_months(first, 1), NIGHT_IS_OVER, here)


def begins(first: date, here: ZoneInfo) -> datetime:
    return datetime.combine(first, NIGHT_IS_OVER, here)


def month_of(moment: datetime, here: ZoneInfo) -> date:
    """The first of the month a moment belongs to."""
    return local_day(moment - timedelta(hours=NIGHT_IS_OVER.hour), here).replace(day=1)


async def growth(programme_id: int, segment: Segment) -> Growth:
    """The last six months, the present one last, and what the segment's people share."""
    async with snapshot():
        programme = await programmes.get(programme_id)
        here = zone(programme.time_zone)
        months = await _months(programme_id, segment, here)
        state = await footing.state(programme.id)
        sums = await listing.sums(programme_id, state.footing.day) if state else {}
        value = {each.id for each in await stored.live(programme_id) if each.kind is SegmentKind.VALUE}
    people, mine = sums.get(segment.id, (0, {}))
    everybody = sum(sums[id_][0] for id_ in value & sums.keys())
    whole = {name: sum(sums[id_][1].get(name, 0) for id_ in value & sums.keys()) for name in mine}
    return Growth(months, _traits((people, mine), (everybody, whole)), people, everybody)


async def _months(programme_id: int, segment: Segment, here: ZoneInfo) -> tuple[Month, ...]:
    this = month_of(clock.now(), here)
    firsts = [add_months(this, -back) for back in range(MONTHS)]
    cases = " ".join(
        f"WHEN v.id >= {first_id(begins(first, here))} THEN {back}" for back, first in enumerate(firsts)
    )
    found = await rows(
        _MOVES.replace("{cases}", cases).replace("{{}}", "{}"),
        programme_id,
        segment.id,
        first_id(begins(firsts[-1], here)),
    )
    counts = {(row["step"], bool(row["entered"])): row["people"] for row in found}
    return tuple(
        Month(first, counts.get((back, True), 0), counts.get((back, False), 0))
        for back, first in reversed(list(enumerate(firsts)))
    )


def _traits(mine: tuple[int, dict[str, int]], all_: tuple[int, dict[str, int]]) -> tuple[Trait, ...]:
    def share(name: str, of: tuple[int, dict[str, int]]) -> int:
        return round(100 * of[1].get(name, 0) / of[0]) if of[0] else 0

    def mean(name: str, of: tuple[int, dict[str, int]], per: str = "") -> int:
        total = of[1].get(per, 0) if per else of[0]
        return round(of[1].get(name, 0) / total) if total else 0

    if not mine[0]:
        return ()
    return (
        Trait("days_ago", mean("days_ago", mine, "buyers"), mean("days_ago", all_, "buyers")),
        Trait("orders", mean("orders", mine), mean("orders", all_)),
        Trait("spend_minor", mean("spend_minor", mine), mean("spend_minor", all_)),
        Trait("available", mean("available", mine, "members"), mean("available", all_, "members")),
        Trait("engagement", mean("engagement", mine), mean("engagement", all_)),
        Trait("members", share("members", mine), share("members", all_)),
        Trait("mail", share("mail", mine), share("mail", all_)),
    )
