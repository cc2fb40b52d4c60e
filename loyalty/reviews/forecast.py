"""The points approving each of several reviews would add now, in a fixed number of queries (PRODUCT H1)."""

import json
from collections.abc import Sequence

from db.engine import Row, is_sqlite, rows
from db.enums import CustomerType, EarningTrigger, ReviewStatus
from db.ids import first_id
from loyalty import clock
from loyalty.audiences.memberships import Memberships, asked_about, memberships
from loyalty.customers.search import among
from loyalty.earning.rules import in_force
from loyalty.programmes import Programme
from loyalty.reviews.offers import PARTS, key_of, offers
from loyalty.rules import customers
from loyalty.rules.days import local_day, period_of, zone
from loyalty.rules.earning import EarnContext, RuleVersion
from loyalty.rules.memberships import among as among_segments
from loyalty.rules.reviews import Award, ReviewTerms, awards

NEEDS = """r.id, r.status, r.product_key, r.has_photo, r.has_video, r.customer_id, c.uid AS customer_uid,
    c.type AS customer_type, t.id AS tier_id, t.multiplier_percent"""
"""What `forecast` reads of a review `r`, its customer `c` and their tier `t`."""

_TURNS = 8
"""How often a part may have been taken back and paid again before a forecast forgets the last time."""

_PAID = """WITH RECURSIVE chain (key, id, links) AS (
      SELECT e.key, e.id, 0 FROM ledger_entries e WHERE e.programme_id = {0} AND {keys}
      UNION ALL
      SELECT chain.key, e.id, chain.links + 1
      FROM chain JOIN ledger_entries e ON e.programme_id = {0} AND e.reverses_id = chain.id)
    SELECT key FROM chain GROUP BY key HAVING max(links) % 2 = 0"""

_EARNED = """SELECT e.customer_id, CAST(sum(e.points) AS BIGINT) AS points FROM ledger_entries e
    WHERE e.programme_id = {} AND {who} AND e.id >= {} AND e.id < {} AND e.rule_version_id = {}
      AND e.kind = 'earn_action' GROUP BY e.customer_id"""


async def forecast(programme: Programme, found: Sequence[Row]) -> dict[int, tuple[Award, ...]]:
    """By review id, what approving it adds; nothing for those that are approved.

    Each on its own: of two reviews of one product by one customer, only the first approved is paid.
    """
    waiting = [row for row in found if row["status"] != ReviewStatus.APPROVED]
    if not waiting:
        return {}
    versions = await in_force(programme.id, EarningTrigger.REVIEW, clock.now())
    people = {row["customer_id"] for row in waiting}
    earned, paid = await _earned(programme, versions, people), await _paid(programme.id, waiting)
    segments = await memberships(programme.id, people, asked_about(versions))
    return {
        row["id"]: _awards(programme, row, versions, earned, paid, segments[row["customer_id"]])
        for row in waiting
    }


def _awards(
    programme: Programme,
    row: Row,
    versions: Sequence[RuleVersion],
    earned: dict[tuple[int, int], int],
    paid: set[str],
    segments: Memberships,
) -> tuple[Award, ...]:
    who, now = row["customer_id"], clock.now()
    context = EarnContext(
        on=local_day(now, zone(programme.time_zone)),
        earning=customers.earns(CustomerType(row["customer_type"]), guest_earning=programme.guest_earning),
        tier_id=row["tier_id"],
        tier_percent=row["multiplier_percent"] or 100,
        earned_in_period=tuple((version.id, earned.get((version.id, who), 0)) for version in versions),
        segment_ids=among_segments(segments, now),
    )
    worth = offers(versions, context, row["product_key"])
    return awards(
        ReviewTerms(*(worth[part].points for part in PARTS)),
        has_photo=row["has_photo"],
        has_video=row["has_video"],
        paid_parts=frozenset(part for part in PARTS if paid.intersection(_keys(row, part))),
    )


async def _earned(
    programme: Programme, versions: Sequence[RuleVersion], people: set[int]
) -> dict[tuple[int, int], int]:
    """Points by (version, customer) in the period of each rule that has a limit: one query a rule."""
    here = zone(programme.time_zone)
    who = among("e.customer_id", tuple(people))
    sums = {}
    for version in versions:
        if version.definition.period is None:
            continue
        since, until = period_of(version.definition.period, local_day(clock.now(), here)).bounds(here)
        assert since is not None
        assert until is not None
        sql = _EARNED.replace("{who}", who.sql)
        ids = (first_id(since), first_id(until))
        for row in await rows(sql, programme.id, *who.args, *ids, version.id):
            sums[version.id, row["customer_id"]] = row["points"]
    return sums


async def _paid(programme_id: int, waiting: Sequence[Row]) -> set[str]:
    """The keys under which parts of these reviews stand paid now, not taken back."""
    keys = [key for row in waiting for part in PARTS for key in _keys(row, part)]
    if is_sqlite():
        named: tuple[str, object] = ("e.key IN (SELECT value FROM json_each({1}))", json.dumps(keys))
    else:
        named = ("e.key = ANY(CAST({1} AS TEXT[]))", keys)
    found = await rows(_PAID.replace("{keys}", named[0]), programme_id, named[1])
    return {row["key"] for row in found}


def _keys(row: Row, part: str) -> tuple[str, ...]:
    return tuple(key_of(row["customer_uid"], row["product_key"], part, turn) for turn in range(1, _TURNS + 1))
