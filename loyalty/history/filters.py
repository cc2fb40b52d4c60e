"""Which actions the audit log shows: whose, about what, when. PRODUCT O1."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from db.enums import ActorKind
from loyalty.activities.filters import Span, chosen_days, shown_days
from loyalty.activities.matching import ids_of
from loyalty.customers.search import Condition
from loyalty.turning import Turn

LONGEST = 40

SUBJECTS = {
    "points": ("points", "account", "multiplier", "order_bonus"),
    "approval": ("approval", "approvals"),
    "rewards": ("reward", "rewards", "code", "codes", "price_cut"),
    "customers": ("customer", "customers", "note", "notes", "batch", "view"),
    "tiers": ("tier", "tiers"),
    "referrals": ("referral", "referrals"),
    "reviews": ("review", "reviews"),
    "programme": ("programme", "earning", "store", "stores", "import", "imports", "job", "jobs", "event"),
    "staff": ("staff",),
    "purchase": ("purchase",),
    "undone": ("action",),
}
"""Groups of verbs by the noun they begin with."""

KINDS = (ActorKind.SYSTEM, ActorKind.MEMBER, ActorKind.API)

_OF_STAFF = (
    "a.actor_kind = 'staff' AND a.actor_id ="
    " (SELECT s.id FROM staff s WHERE s.programme_id = a.programme_id AND s.uid = {})"
)


@dataclass(frozen=True, slots=True)
class LogFilter:
    """`by` is a staff member's uid or one of KINDS; `about` one of SUBJECTS; days as in PointsFilter."""

    by: str = ""
    about: str = ""
    span: Span = Span.MONTH
    since: date | None = None
    until: date | None = None

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Self:
        """Read an address; empty and unknown values count as not given."""
        span = next((preset for preset in Span if preset == query.get("span")), Span.MONTH)
        since, until = chosen_days(query) if span is Span.CUSTOM else (None, None)
        about = query.get("about", "")
        return cls(query.get("by", "")[:LONGEST], about if about in SUBJECTS else "", span, since, until)

    def query(self, **also: str | None) -> str:
        """The canonical address of this filter, `also` replacing or adding parameters (None drops one)."""
        given = {
            "by": self.by,
            "about": self.about,
            "span": None if self.span is Span.MONTH else self.span,
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            **also,
        }
        return urlencode({name: str(value) for name, value in given.items() if value})

    def days(self, today: date) -> tuple[date | None, date]:
        """First and last day shown, both included; `today` in the programme's zone."""
        return shown_days(self.span, self.since, self.until, today)

    def condition(
        self, programme_id: int, today: date, here: ZoneInfo, turn: Turn | None = None
    ) -> Condition:
        """The whole filter on the action `a`, the programme first; with `turn`, from its cursor on."""
        first, last = (turn or Turn()).of_ids(*ids_of(*self.days(today), here))
        parts = ["a.programme_id = {}", "a.id >= {}", "a.id < {}"]
        args: list[object] = [programme_id, first, last]
        if self.by:
            kind = self.by in KINDS
            parts.append("a.actor_kind = {}" if kind else _OF_STAFF)
            args.append(self.by)
        if self.about:
            nouns = SUBJECTS[self.about]
            parts.append(f"({' OR '.join(['a.verb LIKE {}'] * len(nouns))})")
            args += [f"{noun}.%" for noun in nouns]
        return Condition(" AND ".join(parts), tuple(args))
