"""Dates of open lots when the expiry policy changes: planned, counted, and moved a batch at a time (PRODUCT J1).

The rule is `loyalty.rules.expiry.redated`. However many lots there are, a batch of them is in memory, and
each batch is moved by one statement a date.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from db.engine import moment, rows
from db.enums import ExpiryPolicy
from loyalty import clock
from loyalty.ledger.expiring import ACTIVITY, move
from loyalty.rules import expiry as rules
from loyalty.rules.days import zone
from loyalty.rules.expiry import ExpiryPolicyTerms

BATCH = 2_000

_LOTS = f"""SELECT l.id, l.customer_id, l.remaining, l.expires_at, l.lapses_at, e.effective_at FROM lots l
    JOIN ledger_entries e ON e.programme_id = l.programme_id AND e.id = l.entry_id
    WHERE l.programme_id = {{}} AND l.id > {{}} AND l.remaining > 0 AND (l.lapses_at IS NULL OR l.lapses_at > {{}})
    ORDER BY l.id LIMIT {BATCH}"""
_ACTIVE = f"""SELECT customer_id, max(effective_at) AS at FROM ledger_entries
    WHERE programme_id = {{}} AND kind IN ({", ".join(f"'{kind}'" for kind in sorted(ACTIVITY))})
      AND customer_id IN ({{ids}}) GROUP BY customer_id"""

Lot = dict[str, Any]


@dataclass(slots=True)
class Sum:
    """So many credits with so many points left in them."""

    lots: int = 0
    points: int = 0

    def add(self, points: int) -> None:
        self.lots += 1
        self.points += points


@dataclass(slots=True)
class Redated:
    """What a change of the policy does to open lots. `earliest` is the first date that any gets."""

    dated: Sum = field(default_factory=Sum)
    undated: Sum = field(default_factory=Sum)
    later: Sum = field(default_factory=Sum)
    sooner: Sum = field(default_factory=Sum)
    kept: Sum = field(default_factory=Sum)
    earliest: datetime | None = None

    def count(self, lot: Lot, to: datetime | None) -> None:
        now = lot["expires_at"]
        if to == now:
            self.kept.add(lot["remaining"])
            return
        if to is None:
            self.undated.add(lot["remaining"])
            return
        (self.dated if now is None else self.later if to > now else self.sooner).add(lot["remaining"])
        self.earliest = min(self.earliest or to, to)

    @property
    def moved(self) -> int:
        """How many lots get another date, or lose theirs."""
        return self.dated.lots + self.undated.lots + self.later.lots + self.sooner.lots


async def forecast(
    programme_id: int, before: ExpiryPolicyTerms, after: ExpiryPolicyTerms, time_zone: str
) -> Redated:
    """What `redate` would do now. Changes nothing."""
    counted = Redated()
    async for batch in _plan(programme_id, before, after, time_zone):
        for lot, to in batch:
            counted.count(lot, to)
    return counted


async def redate(
    programme_id: int, before: ExpiryPolicyTerms, after: ExpiryPolicyTerms, time_zone: str, reason: str
) -> Redated:
    """Move the dates of open lots from one policy to another, in the caller's transaction.

    What moves needs a new notice; what keeps its date keeps its notice.
    """
    counted = Redated()
    async for batch in _plan(programme_id, before, after, time_zone):
        groups: dict[datetime | None, list[Lot]] = {}
        for lot, to in batch:
            counted.count(lot, to)
            if to != lot["expires_at"]:
                groups.setdefault(to, []).append(lot)
        for to, lots in groups.items():
            await move(programme_id, lots, to, reason)
    return counted


async def _plan(
    programme_id: int, before: ExpiryPolicyTerms, after: ExpiryPolicyTerms, time_zone: str
) -> AsyncIterator[list[tuple[Lot, datetime | None]]]:
    now, here, last_id = clock.now(), zone(time_zone), 0
    by_activity = ExpiryPolicy.INACTIVITY in (before.policy, after.policy)
    while lots := await rows(_LOTS, programme_id, last_id, now):
        active = await _last_active(programme_id, lots) if by_activity else {}
        yield [
            (
                lot,
                rules.redated(
                    before,
                    after,
                    lot["effective_at"],
                    lot["expires_at"],
                    now,
                    here,
                    last_activity=active.get(lot["customer_id"]),
                ),
            )
            for lot in lots
        ]
        last_id = lots[-1]["id"]


async def _last_active(programme_id: int, lots: list[Lot]) -> dict[int, datetime | None]:
    ids = sorted({lot["customer_id"] for lot in lots})
    sql = _ACTIVE.replace("{ids}", ", ".join(["{}"] * len(ids)))
    return {row["customer_id"]: moment(row["at"]) for row in await rows(sql, programme_id, *ids)}
