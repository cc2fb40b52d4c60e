"""How much a staff member may adjust: per act, and what is left of today's (PRODUCT C7)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import one, run, value
from db.enums import ActorKind
from db.ids import first_id
from loyalty.ledger.lifetimes import zone_of
from loyalty.programmes import Programme
from loyalty.rules import adjustments as rules
from loyalty.rules.actors import Actor
from loyalty.rules.days import day_start, local_day

_LIMITS = "SELECT adjust_limit, adjust_limit_per_day FROM staff WHERE programme_id = {} AND id = {}"
# Two adjustments of one person at once must not both spend what is left of the day.
_HOLD = (
    "UPDATE staff SET version = version WHERE programme_id = {} AND id = {}"
    " RETURNING adjust_limit, adjust_limit_per_day"
)
_TODAY = """SELECT CAST(coalesce(sum(abs(e.points)), 0) AS BIGINT) FROM ledger_entries e
    WHERE e.programme_id = {} AND e.kind IN ('adjust', 'import') AND e.id >= {} AND e.issued_reward_id IS NULL
      AND e.actor_kind = 'staff' AND e.actor_id = {}
      AND NOT EXISTS (SELECT 1 FROM ledger_entries r WHERE r.programme_id = e.programme_id AND r.reverses_id = e.id)"""


@dataclass(frozen=True, slots=True)
class Allowance:
    """In points, without sign; None is no limit. What was undone doesn't count against the day."""

    limit: int | None = None
    left_today: int | None = None

    def after(self, points: int) -> "Allowance":
        """What is left when `points` have been adjusted, too."""
        left = None if self.left_today is None else max(0, self.left_today - abs(points))
        return Allowance(self.limit, left)

    def largest(self, points: int, available: int) -> int:
        """The adjustment of the same sign nearest to `points` that may be made; 0 when none may."""
        bounds = [bound for bound in (self.limit, self.left_today) if bound is not None]
        if points < 0:
            bounds.append(available)
        most = max(0, min([abs(points), *bounds]))
        return most if points > 0 else -most


async def allowance(programme: Programme, by: Actor, now: datetime) -> Allowance:
    """What `by` may still adjust on the business day of `now`. Only staff have limits."""
    if by.kind is not ActorKind.STAFF:
        return Allowance()
    return await _left(await one(_LIMITS, programme.id, by.id), programme, by, now)


async def held(programme: Programme, by: Actor, now: datetime) -> Allowance:
    """The same, and nobody else spends of it until the transaction ends; after the account's lock."""
    if by.kind is not ActorKind.STAFF:
        return Allowance()
    found = await run(_HOLD, programme.id, by.id)
    return await _left(found[0] if found else None, programme, by, now)


async def refuse(programme: Programme, points: int, by: Actor, now: datetime) -> None:
    """Return when `by` may adjust by `points` now. In the adjusting transaction, after the account's lock.

    Raises NotAllowed above a limit.
    """
    has = await held(programme, by, now)
    rules.refuse_above(points, limit=has.limit, left_today=has.left_today)


async def _left(limits: dict[str, Any] | None, programme: Programme, by: Actor, now: datetime) -> Allowance:
    if limits is None:
        return Allowance()
    per_day = limits["adjust_limit_per_day"]
    if per_day is None:
        return Allowance(limits["adjust_limit"])
    zone = zone_of(programme)
    since = first_id(day_start(local_day(now, zone), zone))
    return Allowance(
        limits["adjust_limit"], max(0, per_day - await value(_TODAY, programme.id, since, by.id))
    )
