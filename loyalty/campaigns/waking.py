"""Who may be written to now: quiet hours hold on everybody's own clock. PRODUCT M5.

A member's zone is the one they chose in the portal; who chose none lives by the programme's. One statement finds the
few zones there are, by jumping from each to the next in their index.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from db.engine import rows
from loyalty.campaigns.stored import Campaign
from loyalty.customers.search import Condition
from loyalty.programmes import Programme
from loyalty.rules.days import zone

_ZONES = """WITH RECURSIVE found (name) AS (
      SELECT min(c.time_zone) FROM customers c WHERE c.programme_id = {}
      UNION ALL
      SELECT (SELECT min(c.time_zone) FROM customers c WHERE c.programme_id = {} AND c.time_zone > f.name)
      FROM found f WHERE f.name IS NOT NULL)
    SELECT f.name FROM found f WHERE f.name IS NOT NULL"""


@dataclass(frozen=True, slots=True)
class Clocks:
    """`asleep` are zones in which it is quiet now, and when that is over; of `home` under None."""

    home: ZoneInfo
    awake: frozenset[str | None]
    asleep: dict[str | None, datetime]

    @property
    def all_asleep(self) -> bool:
        return not self.awake

    @property
    def wakes(self) -> datetime | None:
        """When the next of them may be written to; None: nobody is asleep."""
        return min(self.asleep.values(), default=None)

    def zone(self, name: str | None) -> ZoneInfo:
        """Somebody's zone."""
        return zone(name) if name else self.home

    @property
    def is_awake(self) -> Condition:
        """Whether customer `c` may be written to now."""
        if not self.asleep:
            return Condition("1 = 1")
        named = tuple(name for name in (self.asleep if None in self.awake else self.awake) if name)
        marks = ", ".join(["{}"] * len(named)) or "NULL"
        if None not in self.awake:
            return Condition(f"c.time_zone IN ({marks})", named)
        return Condition(f"(c.time_zone IS NULL OR c.time_zone NOT IN ({marks}))", named)


async def clocks(programme: Programme, campaign: Campaign, now: datetime) -> Clocks:
    """In which of the members' zones the campaign's quiet hours hold now."""
    home = zone(programme.time_zone)
    names = [row["name"] for row in await rows(_ZONES, programme.id, programme.id)]
    places: dict[str | None, ZoneInfo] = {None: home, **{name: zone(name) for name in names}}
    quiet = campaign.quiet
    asleep = {name: quiet.over(now, at) for name, at in places.items() if quiet.holds(now, at)}
    return Clocks(home, frozenset(places) - asleep.keys(), asleep)
