"""What the activity lists are given: frozen, raw numbers, aware moments."""

from dataclasses import dataclass
from datetime import date, datetime

from db.enums import EntryKind
from loyalty.activities.filters import PointsKind
from loyalty.customers.views import Tally


@dataclass(frozen=True, slots=True)
class EntryView:
    """One ledger entry as staff read it. PRODUCT C1, D2.

    `subject` names what it was about: an order number, a reward, a friend, a product. `why` is the
    rule in words ("1 point per $1, Gold ×1.5"). `reason` is for staff, `comment` is what the customer
    reads. `balance` is the points after it. `undone_by` and `undoes` are uids of entries in the same
    list's ledger; an entry with `undone_by` is drawn struck through. `undo` is the uid of the action
    that may still be taken back, else None.
    """

    uid: str
    kind: EntryKind
    points: int
    balance: int | None
    at: datetime
    subject: str | None = None
    why: str | None = None
    actor: str | None = None
    reason: str | None = None
    comment: str | None = None
    releases: datetime | None = None
    expires: datetime | None = None
    undone_by: str | None = None
    undoes: str | None = None
    undo: str | None = None


@dataclass(frozen=True, slots=True)
class EntryList:
    """One keyset page of one customer's ledger, newest first. The tallies are of the whole ledger."""

    rows: tuple[EntryView, ...]
    everything: Tally
    by_kind: dict[PointsKind, Tally]
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class PointsRow:
    """An entry and whose it is. `name` and `email` are empty for an erased person."""

    entry: EntryView
    customer_uid: str
    name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class PointsTotals:
    """Over the whole filtered set, in points: `credited` ≥ 0, `debited` ≤ 0, their sum is `net`."""

    credited: int
    debited: int

    @property
    def net(self) -> int:
        return self.credited + self.debited


@dataclass(frozen=True, slots=True)
class PointsList:
    """One keyset page of Activities → Points. `since` and `until` are the days shown, both included.

    The tallies by kind keep the search and the days; `found` is what the whole filter matches. `totals` is None
    where a search found more than is added up.
    """

    rows: tuple[PointsRow, ...]
    everything: Tally
    by_kind: dict[PointsKind, Tally]
    found: Tally
    totals: PointsTotals | None
    since: date | None
    until: date
    previous: str | None
    next: str | None
