"""Which points activity a page shows. PRODUCT D2, D3."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self
from urllib.parse import urlencode

LONGEST_SEARCH = 100


class PointsKind(StrEnum):
    """The filter bar of D2. What belongs to each is the ledger's to say."""

    EARNED = "earned"
    REDEEMED = "redeemed"
    REFUNDED = "refunded"
    EXPIRED = "expired"
    ADJUSTED = "adjusted"


class Span(StrEnum):
    """The presets of D3. The numbers are days, today included."""

    WEEK = "7"
    MONTH = "30"
    QUARTER = "90"
    YEAR = "365"
    THIS_YEAR = "year"
    ALL = "all"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class PointsFilter:
    """`since` and `until` are days in the programme's zone, both included, and only used by a custom span."""

    q: str = ""
    kind: PointsKind | None = None
    span: Span = Span.MONTH
    since: date | None = None
    until: date | None = None

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Self:
        """Read an address; empty and unknown values count as not given, reversed days are put right."""
        span = next((preset for preset in Span if preset == query.get("span")), Span.MONTH)
        since, until = chosen_days(query)
        custom = span is Span.CUSTOM
        return cls(
            q=" ".join(query.get("q", "").split())[:LONGEST_SEARCH],
            kind=next((kind for kind in PointsKind if kind == query.get("kind")), None),
            span=span,
            since=since if custom else None,
            until=until if custom else None,
        )

    def query(self, **also: str | None) -> str:
        """The canonical address of this filter, `also` replacing or adding parameters (None drops one)."""
        given = {
            "q": self.q,
            "kind": self.kind,
            "span": None if self.span is Span.MONTH else self.span,
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            **also,
        }
        return urlencode({name: str(value) for name, value in given.items() if value})

    def days(self, today: date) -> tuple[date | None, date]:
        """First and last day shown, both included; `today` in the programme's zone. None: from the beginning."""
        return shown_days(self.span, self.since, self.until, today)


def shown_days(span: Span, since: date | None, until: date | None, today: date) -> tuple[date | None, date]:
    """First and last day of a span, both included; `today` in the programme's zone. None: from the beginning.

    The last 30 days are today and the 29 days before. PRODUCT D3.
    """
    match span:
        case Span.ALL:
            return None, today
        case Span.THIS_YEAR:
            return today.replace(month=1, day=1), today
        case Span.CUSTOM:
            return since, until or today
        case preset:
            return today - timedelta(days=int(preset) - 1), today


def chosen_days(query: Mapping[str, str]) -> tuple[date | None, date | None]:
    """`since` and `until` of an address; reversed days are put right."""
    since, until = day(query.get("since", "")), day(query.get("until", ""))
    return (until, since) if since and until and since > until else (since, until)


def day(text: str) -> date | None:
    """A day written YYYY-MM-DD, or None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
