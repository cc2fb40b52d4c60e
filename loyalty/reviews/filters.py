"""Which reviews a page shows. PRODUCT D1, D3, H1."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Self
from urllib.parse import urlencode

from db.enums import ReviewStatus
from loyalty.activities.filters import LONGEST_SEARCH, Span, chosen_days, shown_days

EVERY = "every"
"""The address's word for reviews of any status, where one status is the usual."""


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """`since` and `until` are days in the programme's zone, both included, and only used by a custom span.

    A review belongs to the day on which it was written. `usual` and `usual_span` are what the page shows
    when its address says nothing.
    """

    q: str = ""
    status: ReviewStatus | None = None
    span: Span = Span.ALL
    since: date | None = None
    until: date | None = None
    usual: ReviewStatus = ReviewStatus.PENDING
    usual_span: Span = Span.ALL

    @classmethod
    def queue(cls, query: Mapping[str, str]) -> Self:
        """What waits for a decision, of any age, unless the address says otherwise."""
        return cls()._read(query)

    @classmethod
    def activity(cls, query: Mapping[str, str]) -> Self:
        """What was approved of the last 30 days, unless the address says otherwise."""
        return cls(usual=ReviewStatus.APPROVED, usual_span=Span.MONTH)._read(query)

    def query(self, **also: str | None) -> str:
        """The canonical address of this filter, `also` replacing or adding parameters (None drops one)."""
        given = {
            "q": self.q,
            "status": None if self.status is self.usual else self.status or EVERY,
            "span": None if self.span is self.usual_span else self.span,
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            **also,
        }
        return urlencode({name: str(value) for name, value in given.items() if value})

    def days(self, today: date) -> tuple[date | None, date]:
        """First and last day shown, both included. None: from the beginning."""
        return shown_days(self.span, self.since, self.until, today)

    def _read(self, query: Mapping[str, str]) -> Self:
        """Empty and unknown values count as not given."""
        span = next((preset for preset in Span if preset == query.get("span")), self.usual_span)
        since, until = chosen_days(query) if span is Span.CUSTOM else (None, None)
        status = next((status for status in ReviewStatus if status == query.get("status")), self.usual)
        return replace(
            self,
            q=" ".join(query.get("q", "").split())[:LONGEST_SEARCH],
            status=None if query.get("status") == EVERY else status,
            span=span,
            since=since,
            until=until,
        )
