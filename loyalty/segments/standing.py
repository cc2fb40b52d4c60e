"""Where one customer stands: their value segment with everything it rests on, and every other one (PRODUCT B3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from db.engine import Row, loads, one, rows, snapshot
from db.enums import SegmentKind
from loyalty.errors import NotFound
from loyalty.rules import segment_distance as distance
from loyalty.rules.segment_distance import Fall, Scored, Way
from loyalty.rules.segment_maps import Map
from loyalty.segments import days, footing, saying
from loyalty.segments.footing import Footing

_IN = """SELECT s.uid, s.handle, s.name, s.kind, s.description, m.since, m.facts FROM segment_members m
    JOIN segments s ON s.programme_id = m.programme_id AND s.id = m.segment_id
    WHERE m.programme_id = {} AND m.customer_id = {} AND s.archived_at IS NULL ORDER BY s.position, s.id"""
_FACTS = "SELECT f.* FROM segment_facts f WHERE f.programme_id = {} AND f.customer_id = {}"
_MOVES = """SELECT s.name, v.entered, v.at, v.cause FROM segment_moves v
    JOIN segments s ON s.programme_id = v.programme_id AND s.id = v.segment_id
    WHERE v.programme_id = {} AND v.customer_id = {} ORDER BY v.id DESC, v.entered DESC LIMIT {}"""
LATEST = 12


@dataclass(frozen=True, slots=True)
class ValueStanding:
    """R in days to `as_of`, F in order days, M in minor units; scores 0 where nothing was bought.

    `rule` is the row of the map that fired, `place` its number; `is_old`: the last order is older than the
    window, so the lifetime counts, at most 2; `is_top`: it is among the top fifth. `gap` is the customer's
    own mean gap between order days. `scoring` is rank, scaled or fixed; `purchasers` have R, F and M.
    """

    uid: str
    handle: str
    name: str
    since: datetime
    as_of: date
    last_order: date | None
    scored: Scored
    is_old: bool
    is_top: bool
    rule: str
    place: int
    gap: int | None
    scoring: str
    purchasers: int
    way: Way | None
    fall: Fall | None
    tone: str


@dataclass(frozen=True, slots=True)
class Badge:
    """Another segment somebody is in, with the numbers that brought them there."""

    uid: str
    handle: str
    name: str
    kind: SegmentKind
    description: str
    since: datetime
    facts: Mapping[str, int | None]

    @property
    def told_at(self) -> datetime | None:
        """When they told us, in a declared segment."""
        return saying.moment(self.facts, "told_at")


@dataclass(frozen=True, slots=True)
class Step:
    """One entry or exit."""

    name: str
    entered: bool
    at: datetime
    cause: str


@dataclass(frozen=True, slots=True)
class Standing:
    value: ValueStanding | None
    badges: tuple[Badge, ...]
    steps: tuple[Step, ...]


async def standing(programme_id: int, customer_id: int) -> Standing:
    """The segments of a customer, in four statements."""
    async with snapshot():
        return await _standing(programme_id, customer_id)


async def explained(programme_id: int, email_key: str) -> Standing:
    """The same by normalised e-mail address. Raises NotFound."""
    async with snapshot():
        row = await one(
            "SELECT id FROM customers WHERE programme_id = {} AND email_key = {}", programme_id, email_key
        )
        if row is None:
            raise NotFound("Nobody here has this e-mail address.")
        return await _standing(programme_id, row["id"])


async def _standing(programme_id: int, customer_id: int) -> Standing:
    state = await footing.state(programme_id)
    found = await rows(_IN, programme_id, customer_id)
    facts = await one(_FACTS, programme_id, customer_id)
    steps = await rows(_MOVES, programme_id, customer_id, LATEST)
    value = next((row for row in found if row["kind"] == SegmentKind.VALUE), None)
    return Standing(
        _value(state.footing, value, facts) if state and value and facts else None,
        tuple(_badge(row) for row in found if row["kind"] != SegmentKind.VALUE),
        tuple(Step(row["name"], row["entered"], row["at"], row["cause"]) for row in steps),
    )


def _value(stands: Footing, row: Row, facts: Row) -> ValueStanding:
    is_old = facts["ever_days"] > 0 and facts["f_count"] == 0
    last = facts["last_day"]
    scored = Scored(
        0 if last is None else stands.day - last,
        facts["ever_days"] if is_old else facts["f_count"],
        facts["ever_minor"] if is_old else facts["m_minor"],
        facts["r_score"],
        facts["f_score"],
        facts["m_score"],
    )
    place, map_, cuts = facts["value_rule"], stands.map, stands.yardstick.cuts
    top = stands.yardstick.ever_top
    bought = 0 < place <= len(map_)
    gaps = facts["ever_days"] - 1
    return ValueStanding(
        uid=row["uid"],
        handle=row["handle"],
        name=row["name"],
        since=row["since"],
        as_of=days.day_of(stands.day),
        last_order=None if last is None else days.day_of(last),
        scored=scored,
        is_old=is_old,
        is_top=is_old and top is not None and facts["ever_minor"] >= top,
        rule=map_[place - 1].words if bought else "",
        place=place,
        gap=round((last - facts["first_day"]) / gaps) if gaps > 0 else None,
        scoring=stands.yardstick.scoring,
        purchasers=stands.yardstick.purchasers,
        way=distance.up(map_, cuts, scored) if bought and not is_old else None,
        fall=distance.down(map_, cuts, scored) if bought and not is_old else None,
        tone=tone(map_, row["name"]),
    )


def tone(map_: Map, name: str) -> str:
    """The colour of a value segment's badge: the better half good, what begins to slip a warning."""
    names = list(dict.fromkeys(each.segment for each in map_))
    if name not in names:
        return ""
    share = names.index(name) / len(names)
    return "good" if share < 0.4 else "accent" if share < 0.6 else "warn" if share < 0.8 else ""


def _badge(row: Row) -> Badge:
    facts: dict[str, Any] = loads(row["facts"])
    return Badge(
        row["uid"],
        row["handle"],
        row["name"],
        SegmentKind(row["kind"]),
        row["description"],
        row["since"],
        facts,
    )
