"""What a person is judged by: a day, and the yardstick that the whole shop sets (PRODUCT K1, K2)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from db.engine import loads, one, run
from db.ids import first_id, moment_of
from loyalty import clock
from loyalty.rules import segment_maps as maps
from loyalty.rules.days import add_months, zone
from loyalty.rules.segment_maps import Map
from loyalty.rules.segment_scores import NOBODY, Cuts
from loyalty.segments import days

WINDOW_DAYS = 365
CLTV_MONTHS = 24
YEAR_MONTHS = 12
HALF_DAYS = 180
QUARTER_DAYS = 90
_NEVER = datetime(2059, 1, 1, tzinfo=UTC)

_READ = """SELECT s.day, s.until_id, s.yardstick, s.refreshed_at, s.night_at, s.night_before_at, p.time_zone, k.map
    FROM segment_states s JOIN programmes p ON p.programme_id = s.programme_id
    LEFT JOIN segment_policies k ON k.programme_id = s.programme_id WHERE s.programme_id = {}"""
_SAVE = """INSERT INTO segment_states (programme_id, day, until_id, yardstick) VALUES ({}, {}, {}, {})
    ON CONFLICT (programme_id) DO UPDATE SET day = excluded.day, until_id = excluded.until_id,
      yardstick = excluded.yardstick"""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What everybody together sets. Points, minor units, days; None where there is nobody to set it.

    `scoring` is rank, scaled or fixed. `ever_top` is the lifetime spend of the top fifth. `cltv` is the
    least 24-month spend by top percent; `gaps` how many gaps between order days are known, `gap_days`
    their percentiles by percent, `gap_twice` and `order_twice` twice their median and the median order.
    `balances` are percentiles of members' balances, `price` the second-cheapest reward's.
    """

    purchasers: int = 0
    scoring: str = "scaled"
    cuts: Cuts = NOBODY
    ever_top: int | None = None
    gaps: int = 0
    gap_twice: int | None = None
    order_twice: int | None = None
    gap_days: Mapping[str, int] = field(default_factory=dict)
    cltv: Mapping[str, int] = field(default_factory=dict)
    balances: Mapping[str, int] = field(default_factory=dict)
    price: int | None = None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**{**stored, "cuts": Cuts.of(stored["cuts"])}) if stored else cls()

    @property
    def stored(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in self.__slots__}
        return {**values, "cuts": self.cuts.stored}


@dataclass(frozen=True, slots=True)
class Footing:
    """`day` is the last whole day that counts; value segments end with it. `until_id` None: live.

    `map` says which scores make which value segment.
    """

    programme_id: int
    zone: ZoneInfo
    day: int
    until_id: int | None
    yardstick: Yardstick
    map: Map

    @property
    def today(self) -> int:
        """The day after the last whole one."""
        return self.day + 1

    @property
    def window_from(self) -> int:
        """The first day of the window of R, F and M."""
        return self.day - WINDOW_DAYS + 1

    @property
    def cltv_from(self) -> int:
        return self._months_ago(CLTV_MONTHS)

    @property
    def year_from(self) -> int:
        return self._months_ago(YEAR_MONTHS)

    @property
    def before(self) -> int:
        """The id from which on nothing counts any more."""
        return self.until_id if self.until_id is not None else first_id(_NEVER)

    @property
    def before_at(self) -> datetime:
        """The same as a moment."""
        return moment_of(self.before)

    @property
    def tomorrow_at(self) -> datetime:
        """When today ends: points that can be spent before it count as available."""
        return days.starts(self.today + 1, self.zone)

    def ago(self, count: int) -> int:
        """The first of the last `count` days before today; today counts besides."""
        return self.today - count

    def at(self, number: int) -> datetime:
        return days.starts(number, self.zone)

    def from_id(self, number: int) -> int:
        return first_id(self.at(number))

    def day_sql(self, id_: str) -> str:
        # A year more: an id may be of tomorrow, and a footing of the past is judged by all that is known.
        return days.sql(self.zone, id_, max(days.day_of(self.today).year, clock.now().year) + 1)

    def _months_ago(self, months: int) -> int:
        return days.number(add_months(days.day_of(self.today), -months))


@dataclass(frozen=True, slots=True)
class State:
    """Where the programme's segments stand."""

    footing: Footing
    refreshed_at: datetime | None
    night_at: datetime | None
    night_before_at: datetime | None


async def state(programme_id: int) -> State | None:
    """None until segments were refreshed for the first time. One statement."""
    row = await one(_READ, programme_id)
    if row is None:
        return None
    footing = Footing(
        programme_id,
        zone(row["time_zone"]),
        row["day"],
        row["until_id"],
        Yardstick.of(loads(row["yardstick"])),
        maps.of(loads(row["map"])) if row["map"] else maps.SIX,
    )
    return State(footing, row["refreshed_at"], row["night_at"], row["night_before_at"])


async def save(footing: Footing) -> None:
    """Keep the day and the yardstick; what is judged from now on is judged by them."""
    await run(
        _SAVE, footing.programme_id, footing.day, footing.until_id, json.dumps(footing.yardstick.stored)
    )


@dataclass(frozen=True, slots=True)
class Policy:
    """How scores are made and read. `fixed` None: automatic, by rank or by the shop's rhythm. PRODUCT K1."""

    fixed: Cuts | None = None
    map: Map = maps.SIX
    version: int = 0


async def policy(programme_id: int) -> Policy:
    """The programme's own, or K1's."""
    row = await one(
        "SELECT scoring, cuts, map, version FROM segment_policies WHERE programme_id = {}", programme_id
    )
    if row is None:
        return Policy()
    cuts = Cuts.of(loads(row["cuts"])) if row["scoring"] == "fixed" else None
    return Policy(cuts, maps.of(loads(row["map"])), row["version"])
