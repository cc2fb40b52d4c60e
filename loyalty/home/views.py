"""What the first page is given: frozen, raw numbers, days of the programme's zone."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from db.enums import ObjectiveMetric
from loyalty.customers.views import Tally


class Grain(StrEnum):
    """How the chart is cut: twelve whole weeks from Monday, or twelve whole months, and the running one."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Moved:
    """Points of some days, both included. All ≥ 0 and equal to what Activities → Points shows of them.

    `so_far`: a step of the chart that is still running.
    """

    since: date
    until: date
    issued: int
    redeemed: int
    expired: int
    so_far: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Expiring:
    """Points whose day comes until `until`, in how many lots. Counted up to 10,000 lots, soonest first."""

    points: int
    lots: Tally
    until: date


@dataclass(frozen=True, slots=True)
class Attention:
    """What needs somebody: what waits for a decision, who asked to be erased, work that failed, points about to go."""

    reviews: Tally
    referrals: Tally
    erasures: Tally
    jobs: Tally
    events: Tally
    expiring: Expiring


@dataclass(frozen=True, slots=True)
class Returning:
    """Of `buyers` who ordered in 30 days, how many had ordered before.

    `newest`: where there were more orders than are looked at, by how many of the newest this is; else 0.
    """

    again: int
    buyers: int
    newest: int = field(default=0, kw_only=True)

    @property
    def percent(self) -> int | None:
        """Rounded half up; None when nobody bought."""
        return (200 * self.again + self.buyers) // (2 * self.buyers) if self.buyers else None


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, in points."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Rounded half up; None of nothing."""
        return (200 * self.part + self.whole) // (2 * self.whole) if self.whole else None


@dataclass(frozen=True, slots=True)
class Buyer:
    """Somebody who bought in the last 30 days and had bought before; `at` is the latest order."""

    uid: str
    name: str
    email: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Buyers:
    """One keyset page, the latest order first."""

    rows: tuple[Buyer, ...]
    found: Returning
    since: date
    until: date
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole page. `now` and `before` are the last 30 days and the 30 before them; `chart` is oldest
    first, and its last step is still running.
    """

    objective: str
    metric: ObjectiveMetric
    attention: Attention
    members: Tally
    now: Moved
    before: Moved
    returning: Returning
    returning_before: Returning
    joined: Tally
    joined_before: Tally
    by: Grain
    chart: tuple[Moved, ...]

    @property
    def redeemed(self) -> Share:
        """Points redeemed of those issued in the last 30 days."""
        return Share(self.now.redeemed, self.now.issued)

    @property
    def redeemed_before(self) -> Share:
        return Share(self.before.redeemed, self.before.issued)

    def change(self, word: str) -> int | None:
        """By how many percent issued, redeemed or expired points differ from the 30 days before; None from 0."""
        now, before = getattr(self.now, word), getattr(self.before, word)
        return (200 * (now - before) + before) // (2 * before) if before else None


@dataclass(frozen=True, slots=True)
class ExpiringLot:
    """What is left of one credit, in points, and the last day it is there."""

    customer_uid: str
    name: str
    email: str | None
    points: int
    expires: date


@dataclass(frozen=True, slots=True)
class ExpiringList:
    """One keyset page, soonest first."""

    rows: tuple[ExpiringLot, ...]
    found: Expiring
    previous: str | None
    next: str | None
