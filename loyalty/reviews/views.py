"""What the review pages are given: frozen, raw numbers, aware moments."""

from dataclasses import dataclass
from datetime import date, datetime

from db.enums import ReviewStatus
from loyalty.customers.views import Tally
from loyalty.rules.reviews import Award


@dataclass(frozen=True, slots=True)
class ReviewView:
    """One review. `points` is what it has added, taken back included; `worth` what approving adds now, by part.

    `decided_by` is who decided last, None while it waits. `version` counts the decisions. `key` makes one
    press of a button one decision.
    """

    uid: str
    version: int
    status: ReviewStatus
    product: str
    rating: int
    title: str
    body: str
    has_photo: bool
    has_video: bool
    customer_uid: str
    customer_name: str
    email: str | None
    submitted: datetime
    decided: datetime | None
    decided_by: str | None
    reason: str
    points: int
    worth: tuple[Award, ...]

    @property
    def key(self) -> str:
        return f"{self.uid}-{self.version}"

    @property
    def adds(self) -> int:
        """Points that approving it adds now."""
        return sum(award.points for award in self.worth)


@dataclass(frozen=True, slots=True)
class ReviewList:
    """One keyset page, newest first. The tallies by status keep the search and the days.

    `since` and `until` are the days shown, both included.
    """

    rows: tuple[ReviewView, ...]
    everything: Tally
    by_status: dict[ReviewStatus, Tally]
    found: Tally
    since: date | None
    until: date
    previous: str | None
    next: str | None
