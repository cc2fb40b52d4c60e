"""The referrals a filter lets through, as SQL on the row `f` (PRODUCT D3).

A referral's id is made from the moment it began, so days are a range of ids and id order is the order of
the list.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from db.enums import ReferralStatus
from loyalty import clock
from loyalty.activities.matching import ids_of
from loyalty.activities.referrals.filters import ReferralFilter, ReferralKind
from loyalty.customers import search
from loyalty.customers.search import Condition, People
from loyalty.errors import Invalid
from loyalty.programmes import Programme
from loyalty.rules.codes import normalised_code
from loyalty.rules.days import local_day, zone
from loyalty.rules.referral_fraud import HOLD_SCORE

FLAGGED = f"(f.status = 'blocked' OR (f.status = 'pending' AND f.score >= {HOLD_SCORE}))"

_FRIEND = "lower(f.friend_name || ' ' || coalesce(f.friend_email, '')) LIKE {} ESCAPE '\\'"
_COUPON = """f.coupon_id = (SELECT i.id FROM issued_rewards i
    WHERE i.programme_id = f.programme_id AND i.code = {})"""
_SOMEBODY = """EXISTS (SELECT 1 FROM customers c WHERE c.programme_id = f.programme_id
    AND c.id IN (f.referrer_id, f.friend_id) AND """


@dataclass(frozen=True, slots=True)
class Matching:
    """`since` and `until` are the days shown. `where` is the whole filter, `searched` without kind and days."""

    since: date | None
    until: date
    where: Condition
    searched: Condition


async def matching(programme: Programme, wanted: ReferralFilter) -> Matching:
    """What the filter means now, in the programme's zone."""
    searched = await _searched(programme.id, wanted.q)
    days = within(programme, wanted, wanted.kind)
    where = Condition(
        f"{days.sql} AND {_of_kind(wanted.kind)} AND {searched.sql}", (*days.args, *searched.args)
    )
    since, until = wanted.days(_today(programme), wanted.kind)
    return Matching(since, until, where, searched)


def within(programme: Programme, wanted: ReferralFilter, kind: ReferralKind | None) -> Condition:
    """The days a list of this kind shows."""
    here = zone(programme.time_zone)
    return Condition(
        "f.programme_id = {} AND f.id >= {} AND f.id < {}",
        (programme.id, *ids_of(*wanted.days(_today(programme), kind), here)),
    )


def _today(programme: Programme) -> date:
    return local_day(clock.now(), zone(programme.time_zone))


def _of_kind(kind: ReferralKind | None) -> str:
    if kind is None:
        return "1 = 1"
    return FLAGGED if kind is ReferralKind.FLAGGED else f"f.status = '{ReferralStatus(kind)}'"


async def _searched(programme_id: int, q: str) -> Condition:
    """Referrer and friend as customers, the friend as they wrote themselves, or the friend's code."""
    people = await search.people(programme_id, q, by_order=False)
    if people is None:
        return Condition("1 = 1")
    ways = [_among(people), _as_written(q)]
    with suppress(Invalid):  # not a code at all
        ways.append(Condition(_COUPON, (normalised_code(q),)))
    return Condition(
        f"({' OR '.join(way.sql for way in ways)})", tuple(arg for way in ways for arg in way.args)
    )


def _among(people: People) -> Condition:
    if people.few is None:
        return Condition(f"{_SOMEBODY}{people.condition.sql})", people.condition.args)
    referrers, friends = (search.among(f"f.{side}_id", people.few) for side in ("referrer", "friend"))
    return Condition(f"{referrers.sql} OR {friends.sql}", (*referrers.args, *friends.args))


def _as_written(q: str) -> Condition:
    words = q.lower().replace(",", " ").split() or [q]
    patterns = [word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in words]
    sql = " AND ".join(_FRIEND for _ in words)
    return Condition(f"({sql})", tuple(f"%{pattern}%" for pattern in patterns))
