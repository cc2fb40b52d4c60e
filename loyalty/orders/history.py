"""A customer's orders, newest first, with what each of their lines earned and why (PRODUCT B5)."""

from collections import defaultdict

from db.engine import Row, loads, rows, snapshot
from db.enums import LineKind, OrderStatus, ZeroReason
from loyalty import turning
from loyalty.customers.naming import known
from loyalty.customers.search import among
from loyalty.customers.tier_marks import tier_marks
from loyalty.customers.views import TierMark
from loyalty.orders.views import LineEarning, LineView, OrderList, OrderView
from loyalty.rules.earning_rules import Per, Rounding, RuleDefinition

PAGE_SIZE = 20

_ORDERS = """SELECT o.id, o.uid, o.name, o.status, o.currency, o.total_minor, o.refunded_minor, o.earning,
      o.earned_points, o.clawed_points, o.placed_at, s.name AS store
    FROM orders o JOIN stores s ON s.programme_id = {0} AND s.id = o.store_id
    WHERE o.programme_id = {0} AND o.customer_id = {1}{where} ORDER BY o.id {order} LIMIT {limit}"""

_LINES = """SELECT order_id, position, kind, title, quantity, total_minor FROM order_lines
    WHERE programme_id = {} AND """

_EARNINGS = """SELECT g.order_id, g.position, g.line_position, g.component, g.base_minor, g.multiplier_percent,
      g.boost_percent, g.points, g.zero_reason, v.number, v.definition, m.name AS multiplier
    FROM line_earnings g LEFT JOIN earning_rule_versions v ON v.programme_id = g.programme_id
      AND v.id = g.rule_version_id
    LEFT JOIN multipliers m ON m.programme_id = g.programme_id AND m.id = g.multiplier_id
    WHERE g.programme_id = {} AND """

_ROUNDED = {
    Rounding.FLOOR: "rounded down",
    Rounding.HALF_UP: "rounded to the nearest point",
    Rounding.CEIL: "rounded up",
}


async def orders(programme_id: int, uid: str, cursor: str | None = None) -> OrderList:
    """One page of a customer's orders. Raises NotFound, and Invalid for a damaged cursor."""
    turn = turning.turn(cursor, int, size=PAGE_SIZE)
    async with snapshot():
        who = await known(programme_id, uid)
        sql = _ORDERS.replace("{where}", f" AND o.id {turn.beyond} {{2}}" if turn.key else "")
        sql = sql.replace("{order}", turn.order).replace("{limit}", str(turn.limit))
        found = await rows(sql, programme_id, who.id, *(turn.key or ()))
        page = turn.page(found, lambda row: (row["id"],))
        these = among("order_id", tuple(row["id"] for row in page.items))
        lines = await rows(f"{_LINES}{these.sql} ORDER BY order_id, position", programme_id, *these.args)
        those = among("g.order_id", tuple(row["id"] for row in page.items))
        earnings = await rows(
            f"{_EARNINGS}{those.sql} ORDER BY g.order_id, g.position", programme_id, *those.args
        )
        marks = await tier_marks(programme_id)
    lines_of, earnings_of = _by_order(lines), _by_order(earnings)
    return OrderList(
        rows=tuple(_order(row, lines_of[row["id"]], earnings_of[row["id"]], marks) for row in page.items),
        previous=page.previous,
        next=page.next,
    )


def _order(row: Row, lines: list[Row], earnings: list[Row], marks: dict[int, TierMark]) -> OrderView:
    tier = _tier(row, marks)
    shown = [
        _line(line, [each for each in earnings if each["line_position"] == line["position"]], tier)
        for line in lines
    ]
    rest = [_rest(each, tier) for each in earnings if each["line_position"] is None]
    return OrderView(
        uid=row["uid"],
        number=row["name"],
        store=row["store"],
        placed=row["placed_at"],
        status=OrderStatus(row["status"]),
        currency=row["currency"],
        total=row["total_minor"],
        refunded=row["refunded_minor"],
        points=row["earned_points"] - row["clawed_points"],
        lines=(*shown, *rest),
    )


def _line(line: Row, earnings: list[Row], tier: str) -> LineView:
    return LineView(
        title=line["title"],
        kind=LineKind(line["kind"]),
        quantity=line["quantity"],
        amount=line["total_minor"],
        points=sum(each["points"] for each in earnings),
        earnings=_by_rules(earnings, tier),
        zero=_zero(earnings),
    )


def _rest(earning: Row, tier: str) -> LineView:
    """The part of the total that no line accounts for: unlisted shipping or tax, or a discount."""
    discount = earning["component"] == LineKind.DISCOUNT
    return LineView(
        title="Discount on the order" if discount else "Rest of the order",
        kind=LineKind.DISCOUNT if discount else LineKind.OTHER,
        quantity=1,
        amount=earning["base_minor"],
        points=earning["points"],
        earnings=_by_rules([earning], tier),
        zero=_zero([earning]),
    )


def _by_rules(earnings: list[Row], tier: str) -> tuple[LineEarning, ...]:
    """The rules that looked at the line; one that gave nothing is told too, beside the reason."""
    return tuple(_earning(each, tier) for each in earnings if each["definition"] is not None)


def _earning(row: Row, tier: str) -> LineEarning:
    rule = RuleDefinition.from_dict(loads(row["definition"]))
    percent = row["multiplier_percent"]
    return LineEarning(
        points=row["points"],
        rule=rule.name,
        version=row["number"],
        base=row["base_minor"],
        multipliers=_multipliers(row, tier),
        rounding=_ROUNDED[rule.rounding] if rule.per is Per.AMOUNT or percent != 100 else None,
    )


def _multipliers(row: Row, tier: str) -> tuple[tuple[str, int], ...]:
    named = ((tier, row["multiplier_percent"]), (row["multiplier"], row["boost_percent"]))
    return tuple((name, percent) for name, percent in named if percent != 100)


def _zero(earnings: list[Row]) -> ZeroReason | None:
    if any(each["points"] for each in earnings):
        return None
    return next((ZeroReason(each["zero_reason"]) for each in earnings), None)


def _tier(row: Row, marks: dict[int, TierMark]) -> str:
    """The name of the tier the order earned under, for its multiplier."""
    earning = loads(row["earning"]) if row["earning"] is not None else None
    mark = marks.get(earning["context"]["tier_id"]) if earning else None
    return mark.name if mark else "Tier"


def _by_order(found: list[Row]) -> defaultdict[int, list[Row]]:
    grouped: defaultdict[int, list[Row]] = defaultdict(list)
    for row in found:
        grouped[row["order_id"]].append(row)
    return grouped
