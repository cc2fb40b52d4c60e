"""Ways to earn, from the rules in force: what a member reads under “Earn more”. PRODUCT I1."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import loads, rows
from db.enums import EarningTrigger
from loyalty.earning.actions import UNTOLD
from loyalty.rules.days import local_day, zone
from loyalty.rules.earning import RuleDefinition

_IN_FORCE = """SELECT r.trigger, v.definition FROM earning_rules r
    JOIN earning_rule_versions v ON v.programme_id = r.programme_id AND v.rule_id = r.id
    WHERE r.programme_id = {} AND r.status = 'active' AND r.trigger <> 'signup' AND v.number = (
        SELECT max(w.number) FROM earning_rule_versions w
        WHERE w.programme_id = r.programme_id AND w.rule_id = r.id AND w.effective_from <= {})
    ORDER BY r.position, r.id"""


@dataclass(frozen=True, slots=True)
class Way:
    """One rule. `name` is the merchant's; `points` is a fixed number, None for points per amount."""

    trigger: EarningTrigger
    name: str
    points: int | None


async def ways(
    programme_id: int,
    time_zone: str,
    now: datetime,
    *,
    ordered: bool,
    tier_id: int | None,
    segments: frozenset[int],
) -> tuple[Way, ...]:
    """What pays now, in the merchant's order.

    Left out is what only a first order pays once there was one, and what is for people of other tiers or segments.
    """
    today, found = local_day(now, zone(time_zone)), []
    for row in await rows(_IN_FORCE, programme_id, now):
        rule = RuleDefinition.from_dict(loads(row["definition"]))
        untold = EarningTrigger(row["trigger"]) in UNTOLD
        over = rule.ends_on is not None and rule.ends_on < today
        early = rule.starts_on is not None and rule.starts_on > today
        others = bool(rule.segments) and not segments.intersection(rule.segments)
        others = others or (bool(rule.tiers) and tier_id not in rule.tiers)
        if untold or over or early or others or (rule.first_order_only and ordered):
            continue
        fixed = rule.points if rule.per_minor is None else None
        found.append(Way(EarningTrigger(row["trigger"]), rule.name, fixed))
    return tuple(found)
