"""Which referrals a page shows (PRODUCT D1, D3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self
from urllib.parse import urlencode

from loyalty.activities.filters import LONGEST_SEARCH, Span, chosen_days, shown_days


class ReferralKind(StrEnum):
    """The filter bar: every status, and what waits for a decision whatever its status."""

    PENDING = "pending"
    COMPLETED = "completed"
    FLAGGED = "flagged"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"
    REVERSED = "reversed"
    EXPIRED = "expired"
    CLICKED = "clicked"


@dataclass(frozen=True, slots=True)
class ReferralFilter:
    """`span` None: as the list has it: 30 days, but all time for what is flagged, which waits until decided.

    `since` and `until` are days in the programme's zone, both included, and only used by a custom span.
    A referral belongs to the day on which the link was followed or, without a click, the code claimed.
    """

    q: str = ""
    kind: ReferralKind | None = None
    span: Span | None = None
    since: date | None = None
    until: date | None = None

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Self:
        """Read an address; empty and unknown values count as not given, reversed days are put right."""
        span = next((preset for preset in Span if preset == query.get("span")), None)
        since, until = chosen_days(query) if span is Span.CUSTOM else (None, None)
        return cls(
            q=" ".join(query.get("q", "").split())[:LONGEST_SEARCH],
            kind=next((kind for kind in ReferralKind if kind == query.get("kind")), None),
            span=span,
            since=since,
            until=until,
        )

    def query(self, **also: str | None) -> str:
        """The canonical address of this filter, `also` replacing or adding parameters (None drops one)."""
        given = {
            "q": self.q,
            "kind": self.kind,
            "span": self.span,
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            **also,
        }
        return urlencode({name: str(value) for name, value in given.items() if value})

    @property
    def shown(self) -> Span:
        """The span in force."""
        return self.span or self.usual(self.kind)

    def days(self, today: date, kind: ReferralKind | None) -> tuple[date | None, date]:
        """First and last day a list of this kind shows, both included; None: from the beginning."""
        return shown_days(self.span or self.usual(kind), self.since, self.until, today)

    @staticmethod
    def usual(kind: ReferralKind | None) -> Span:
        """The span of a list when the address names none."""
        return Span.ALL if kind is ReferralKind.FLAGGED else Span.MONTH
