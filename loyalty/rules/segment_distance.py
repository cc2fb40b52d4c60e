"""How far somebody is from a better value segment, and when they fall into a worse one (PRODUCT B3)."""

from dataclasses import dataclass

from loyalty.rules.segment_maps import Map, Row, found
from loyalty.rules.segment_scores import BEST, Cuts, Steps


@dataclass(frozen=True, slots=True)
class Scored:
    """Somebody's R, F and M: days, order days, minor units, and the score of each."""

    r_days: int
    f_count: int
    m_minor: int
    r: int
    f: int
    m: int


@dataclass(frozen=True, slots=True)
class Way:
    """What leads to a better segment: whether an order is missing, further order days, minor units.

    `days` is how many order days are missing altogether, the one of that order included.
    """

    segment: str
    order: bool
    days: int
    minor: int


@dataclass(frozen=True, slots=True)
class Fall:
    """The segment somebody without another order will be in, and after how many days."""

    segment: str
    in_days: int


def up(rows: Map, cuts: Cuts, who: Scored) -> Way | None:
    """The shortest way to a segment that stands higher in the map. None: there is none, or no way there.

    It asks for the fewest scores, then the fewest days, then the least money; all as the cut-offs stand.
    """
    here = found(rows, who.r, who.f, who.m)
    ways = [
        (missing, way)
        for row in rows[:here]
        if row.segment != rows[here].segment and (step := _way(row, cuts, who)) is not None
        for missing, way in (step,)
    ]
    return min(ways, key=lambda each: (each[0], each[1].days, each[1].minor))[1] if ways else None


def down(rows: Map, cuts: Cuts, who: Scored) -> Fall | None:
    """Where waiting leads first. None: nowhere, or nowhere else."""
    here = rows[found(rows, who.r, who.f, who.m)].segment
    for r in range(who.r - 1, 0, -1):
        days = cuts.r[r - 1]
        name = rows[found(rows, r, who.f, who.m)].segment
        if days is not None and name != here:
            return Fall(name, days + 1 - who.r_days)
    return None


def _way(row: Row, cuts: Cuts, who: Scored) -> tuple[int, Way] | None:
    order = who.r < row.r[0]
    reached = BEST if order else who.r
    if not row.r[0] <= reached <= row.r[1] or who.f > row.f[1] or who.m > row.m[1]:
        return None
    days, minor = _more(who.f_count, row.f[0], who.f, cuts.f), _more(who.m_minor, row.m[0], who.m, cuts.m)
    if days is None or minor is None:
        return None
    missing = max(0, row.r[0] - who.r) + max(0, row.f[0] - who.f) + max(0, row.m[0] - who.m)
    return missing, Way(row.segment, order, days, minor)


def _more(value: int, wanted: int, score: int, steps: Steps) -> int | None:
    if score >= wanted:
        return 0
    step = steps[wanted - 2]
    return None if step is None else step - value
