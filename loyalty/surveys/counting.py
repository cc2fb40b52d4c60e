"""How much of a goal a customer has reached since they took it up (PRODUCT L3)."""

from datetime import datetime
from typing import Any

from db.engine import loads, rows, value
from db.enums import GoalKind
from loyalty.rules.surveys.definitions import Goal

# An order counts by the time it was paid, while anything of it is kept; a delivery that comes late counts too.
_PAID = """FROM orders o WHERE o.programme_id = {} AND o.customer_id = {} AND o.status = 'paid' AND NOT o.test
    AND o.refunded_minor < o.total_minor AND coalesce(o.paid_at, o.placed_at) >= {}
    AND (CAST({} AS TIMESTAMPTZ) IS NULL OR coalesce(o.paid_at, o.placed_at) < {})"""
_ORDERS = f"SELECT count(*) {_PAID}"
_SPEND = f"SELECT CAST(coalesce(sum(o.total_minor - o.refunded_minor), 0) AS BIGINT) {_PAID}"
_LINES = f"""SELECT l.order_id, l.quantity, l.total_minor, l.category, l.tags
    FROM order_lines l JOIN (SELECT o.programme_id, o.id {_PAID}) paid
      ON paid.programme_id = l.programme_id AND paid.id = l.order_id
    WHERE l.programme_id = {{}} AND l.kind = 'product'"""
_REVIEWS = """SELECT count(*) FROM reviews v WHERE v.programme_id = {} AND v.customer_id = {} AND v.status = 'approved'
    AND v.submitted_at >= {} AND (CAST({} AS TIMESTAMPTZ) IS NULL OR v.submitted_at < {})"""
_REFERRALS = """SELECT count(*) FROM referrals f WHERE f.programme_id = {} AND f.referrer_id = {}
    AND f.status = 'completed' AND f.completed_at >= {} AND (CAST({} AS TIMESTAMPTZ) IS NULL OR f.completed_at < {})"""

_PLAIN = {
    GoalKind.ORDERS: _ORDERS,
    GoalKind.SPEND: _SPEND,
    GoalKind.REVIEWS: _REVIEWS,
    GoalKind.REFERRALS: _REFERRALS,
}


async def reached(
    programme_id: int, customer_id: int, goal: Goal, since: datetime, until: datetime | None
) -> int:
    """What counts from `since` until before `until`, in the goal's unit: a number, or minor units of money."""
    who = (programme_id, customer_id, since, until, until)
    if goal.kind in _PLAIN and not (goal.category or goal.tag):
        return int(await value(_PLAIN[goal.kind], *who))
    lines = [line for line in await rows(_LINES, *who, programme_id) if _matches(goal, line)]
    if goal.kind is GoalKind.ORDERS:
        return len({line["order_id"] for line in lines})
    column = "quantity" if goal.kind is GoalKind.ITEMS else "total_minor"
    return sum(line[column] for line in lines)


def _matches(goal: Goal, line: dict[str, Any]) -> bool:
    if goal.category and line["category"].casefold() != goal.category.casefold():
        return False
    return not goal.tag or goal.tag.casefold() in {tag.casefold() for tag in loads(line["tags"])}
