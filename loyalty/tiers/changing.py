"""Giving a tier by hand (PRODUCT F2)."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from db.engine import atomic, retried
from loyalty import audit, repeats
from loyalty.audit import Action
from loyalty.errors import Invalid
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked
from loyalty.programmes import Programme
from loyalty.rules.actors import Actor
from loyalty.rules.days import day_end, local_day, zone
from loyalty.rules.tiers import Tier, find, refuse_change, rewarded
from loyalty.tiers import standing
from loyalty.tiers.entering import Given, enter
from loyalty.tiers.metrics import zone_of
from loyalty.tiers.schemes import Scheme, scheme
from loyalty.tiers.standing import Change, Held

DEFAULT_FLOOR = timedelta(days=365)
"""How long a tier given by hand holds when nobody says a date."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What to say, and the audited action."""

    sentence: str
    action: Action


@retried
async def change(
    programme_id: int,
    customer_id: int,
    tier_uid: str,
    *,
    by: Actor,
    key: str,
    notes: str = "",
    until: datetime | None = None,
    trigger_rewards: bool = False,
    every_tier_passed: bool = False,
) -> Changed:
    """Move a member to a tier. PRODUCT F2.

    Until `until` (None: the end of the day a year from now) evaluation may raise but never lower it.
    `trigger_rewards` pays entry points and rewards, only upward and once per tier and qualification period:
    of the new tier, or of every tier passed. Down never takes anything back. Repeating `key` returns the
    first outcome. Raises Invalid (the same tier, a date in the past), NotAMember, NotFound, KeyReused.
    """
    asked = repeats.mark(key, tier_uid, notes, until, trigger_rewards, every_tier_passed)
    async with atomic():
        account = await locked(programme_id, customer_id)
        done = await repeats.earlier(programme_id, "tier.changed_by_hand", ("customer", customer_id), asked)
        if done is not None:
            return Changed(done.action.sentence, done.action)
        account.require_member()
        programme, before = await scheme(programme_id), await standing.held(account)
        target = refuse_change(programme.levels, before.tier_id, programme.by_uid(tier_uid).level.id)
        floor = _floor(account, until)
        paid = rewarded(
            programme.levels,
            before.tier_id,
            target.id,
            trigger=trigger_rewards,
            every_tier_passed=every_tier_passed,
        )
        period = standing.period_of(account, programme.policy)
        given = await enter(account, [programme.record(tier.id) for tier in paid], period, by=by)
        await _move(account, before, target, floor)
        await standing.note(
            account,
            Change(
                from_id=before.tier_id,
                to_id=target.id,
                manual=True,
                reason=f"{target.name}: given by hand.",
                notes=notes,
                rewards_triggered=bool(paid),
                period=period,
                metric=before.metric_value,
            ),
            by=by,
        )
        action = await _record(account, programme, before, target, given, asked, by=by, notes=notes)
        return Changed(action.sentence, action)


def held_until(programme: Programme, day: date | None) -> datetime | None:
    """The moment after the last day on which a tier given by hand can't be lost. None: the default."""
    return None if day is None else day_end(day, zone(programme.time_zone))


def _floor(account: Account, until: datetime | None) -> datetime:
    if until is None:
        here = zone_of(account)
        return day_end(local_day(account.now + DEFAULT_FLOOR, here), here)
    if until <= account.now:
        raise Invalid("The tier would be held until a day that has passed.", field="until")
    return until


async def _move(account: Account, before: Held, target: Tier, floor: datetime) -> None:
    await standing.save(
        account,
        replace(
            before,
            tier_id=target.id,
            since=account.now,
            qualified_until=None,
            grace_until=None,
            floor_tier_id=target.id,
            floor_until=floor,
        ),
    )


async def _record(
    account: Account,
    programme: Scheme,
    before: Held,
    target: Tier,
    given: Given,
    asked: repeats.Mark,
    *,
    by: Actor,
    notes: str,
) -> Action:
    was = find(programme.levels, before.tier_id)
    return await audit.record(
        account.programme.id,
        "tier.changed_by_hand",
        ("customer", account.customer_id),
        f"{account.customer_name} is now {target.name}",
        by=by,
        customer_id=account.customer_id,
        before={"tier": was.name if was else None},
        after={
            "tier": target.name,
            "rewards": len(given.issued),
            "entries": len(given.entries),
            **asked.stored,
        },
        reason=notes[:500],
        undo={
            "noun": "tiers",
            "verb": "tier.changed_by_hand",
            "to": target.id,
            "before": _plain(before),
            "paid": list(given.entries),
            "issued": list(given.issued),
        },
    )


def _plain(held: Held) -> dict[str, Any]:
    values = asdict(held)
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }
