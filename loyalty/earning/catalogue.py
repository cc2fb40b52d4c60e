"""The merchant's earning rules as pages show them: each with its versions, and what it gave (PRODUCT I2)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.engine import loads, rows, snapshot, value
from db.enums import EarningTrigger, RuleStatus
from db.ids import first_id
from loyalty import clock
from loyalty.errors import NotFound
from loyalty.rules.earning_rules import RuleDefinition

GIVEN_DAYS = 30
MOST = 5_000
"""What rules gave is added up over so many of the newest orders, and of the newest actions, of those days."""

_RULES = """SELECT r.id, r.uid, r.name, r.trigger, r.status, r.position, r.version, v.id AS version_id, v.number,
      v.definition, v.effective_from, v.actor_name, v.created_at
    FROM earning_rules r
    JOIN earning_rule_versions v ON v.programme_id = r.programme_id AND v.rule_id = r.id
    WHERE r.programme_id = {} """
_ORDER = " ORDER BY r.position, r.id, v.number"
# What has begun, and what is newest: more than these two versions the list never shows.
_TOLD = """AND (v.number = (SELECT max(w.number) FROM earning_rule_versions w
        WHERE w.programme_id = r.programme_id AND w.rule_id = r.id)
      OR v.number = (SELECT max(w.number) FROM earning_rule_versions w
        WHERE w.programme_id = r.programme_id AND w.rule_id = r.id AND w.effective_from <= {}))"""

_ORDERS = "SELECT o.id FROM orders o WHERE o.programme_id = {} AND o.id >= {} ORDER BY o.id DESC"
_ACTIONS = """SELECT e.id FROM ledger_entries e WHERE e.programme_id = {} AND e.kind = 'earn_action' AND e.id >= {}
    ORDER BY e.id DESC"""
_BY_ORDERS = """SELECT v.rule_id, CAST(sum(l.points) AS BIGINT) AS points, count(DISTINCT o.id) AS times
    FROM orders o JOIN line_earnings l ON l.programme_id = o.programme_id AND l.order_id = o.id
    JOIN earning_rule_versions v ON v.programme_id = l.programme_id AND v.id = l.rule_version_id
    WHERE o.programme_id = {0} AND o.id > {1} AND l.order_id > {1} AND o.status = 'paid' AND l.points > 0
    GROUP BY v.rule_id"""
_BY_ACTIONS = """SELECT v.rule_id, CAST(sum(e.points) AS BIGINT) AS points, count(*) AS times
    FROM ledger_entries e
    JOIN earning_rule_versions v ON v.programme_id = e.programme_id AND v.id = e.rule_version_id
    WHERE e.programme_id = {} AND e.kind = 'earn_action' AND e.id > {} GROUP BY v.rule_id"""


@dataclass(frozen=True, slots=True)
class Gave:
    """Points, how often, and whether that is of the newest only."""

    points: int = 0
    times: int = 0
    or_more: bool = False


@dataclass(frozen=True, slots=True)
class VersionView:
    """One dated wording. `is_now`: it is what earns; `is_planned`: it will be, from its date on."""

    id: int
    number: int
    definition: RuleDefinition
    effective_from: datetime
    actor_name: str
    created_at: datetime
    is_now: bool
    is_planned: bool


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule. `versions` oldest first; `guard` is the row version that edits are checked against.

    `points` and `times` are what it gave, and how often, in the last thirty days; `or_more`: of the newest only.
    """

    id: int
    uid: str
    name: str
    trigger: EarningTrigger
    status: RuleStatus
    position: int
    guard: int
    versions: tuple[VersionView, ...]
    points: int = 0
    times: int = 0
    or_more: bool = False

    @property
    def latest(self) -> VersionView:
        """The newest wording: what an edit begins with."""
        return self.versions[-1]

    @property
    def shown(self) -> VersionView:
        """What earns now, or the newest of a rule that hasn't begun."""
        return next((version for version in self.versions if version.is_now), self.latest)

    @property
    def planned(self) -> VersionView | None:
        """The newest version, while its day is still to come."""
        return self.latest if self.latest.is_planned else None


async def rules(programme_id: int) -> tuple[RuleView, ...]:
    """Every rule in the merchant's order, with its current and its newest version. Five queries."""
    now = clock.now()
    async with snapshot():
        found = await rows(_RULES + _TOLD + _ORDER, programme_id, now)
        gave = await _given(programme_id, now)
    by_rule: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in found:
        by_rule[row["id"]].append(row)
    return tuple(_rule(group, now, gave) for group in by_rule.values())


async def rule(programme_id: int, uid: str) -> RuleView:
    """One rule with all its versions. Raises NotFound."""
    now = clock.now()
    async with snapshot():
        found = await rows(_RULES + "AND r.uid = {}" + _ORDER, programme_id, uid)
        if not found:
            raise NotFound("There is no such earning rule in this programme.")
        return _rule(found, now, await _given(programme_id, now))


async def _given(programme_id: int, now: datetime) -> dict[int, Gave]:
    since = first_id(now - timedelta(days=GIVEN_DAYS))
    gave: dict[int, Gave] = {}
    for newest, given in ((_ORDERS, _BY_ORDERS), (_ACTIONS, _BY_ACTIONS)):
        last = await value(f"{newest} LIMIT 1 OFFSET {MOST}", programme_id, since)
        for row in await rows(given, programme_id, last or since - 1):
            before = gave.get(row["rule_id"], Gave())
            gave[row["rule_id"]] = Gave(
                before.points + row["points"], before.times + row["times"], before.or_more or last is not None
            )
    return gave


def _rule(group: Sequence[Mapping[str, Any]], now: datetime, gave: Mapping[int, Gave]) -> RuleView:
    first, status = group[0], RuleStatus(group[0]["status"])
    begun = max((row["number"] for row in group if row["effective_from"] <= now), default=0)
    given = gave.get(first["id"], Gave())
    return RuleView(
        id=first["id"],
        uid=first["uid"],
        name=first["name"],
        trigger=EarningTrigger(first["trigger"]),
        status=status,
        position=first["position"],
        guard=first["version"],
        points=given.points,
        times=given.times,
        or_more=given.or_more,
        versions=tuple(
            VersionView(
                id=row["version_id"],
                number=row["number"],
                definition=RuleDefinition.from_dict(loads(row["definition"])),
                effective_from=row["effective_from"],
                actor_name=row["actor_name"],
                created_at=row["created_at"],
                is_now=row["number"] == begun and status is not RuleStatus.DRAFT,
                is_planned=row["number"] == group[-1]["number"] > begun and status is not RuleStatus.DRAFT,
            )
            for row in group
        ),
    )
