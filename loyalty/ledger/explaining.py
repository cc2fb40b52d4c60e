"""Explain this balance: balance → lots → entries → rule version → order line (PRODUCT O3)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.engine import loads, one, rows, snapshot, value
from db.enums import CustomerType, EntryKind
from loyalty.errors import NotFound
from loyalty.ledger.balances import balance
from loyalty.ledger.explanations import (
    DrawExplained,
    EntryExplained,
    Explanation,
    LineExplained,
    LotExplained,
    OrderExplained,
    RuleExplained,
)
from loyalty.ledger.wording import words
from loyalty.programmes import Programme, get
from loyalty.rules.earning import RuleDefinition
from loyalty.rules.orders import normalised_email

_CUSTOMER = """SELECT k.id, k.uid, k.first_name, k.last_name, k.email, k.type FROM customers c
    JOIN customers k ON k.programme_id = c.programme_id AND k.id = coalesce(c.merged_into, c.id)
    WHERE c.programme_id = {} AND (c.uid = {} OR c.email_key = {})"""
_SHOWN = "l.programme_id = {0} AND l.customer_id = {1} AND (l.remaining > 0 OR {2})"
_LOTS = f"""SELECT l.id, l.points, l.remaining, l.available_at, l.expires_at, l.lapses_at, l.entry_id,
        e.uid, e.kind, e.points AS credited, e.effective_at, e.comment, e.reason, e.order_id,
        r.name AS rule_name, v.number AS rule_number, v.definition
    FROM lots l
    JOIN ledger_entries e ON e.programme_id = {{0}} AND e.id = l.entry_id
    LEFT JOIN earning_rule_versions v ON v.programme_id = {{0}} AND v.id = e.rule_version_id
    LEFT JOIN earning_rules r ON r.programme_id = {{0}} AND r.id = v.rule_id
    WHERE {_SHOWN} ORDER BY CASE WHEN l.expires_at IS NULL THEN 1 ELSE 0 END, l.expires_at, l.id"""
_DRAWS = f"""SELECT a.lot_id, a.points, e.uid AS entry_uid, e.kind, e.effective_at AS at, e.comment
    FROM lots l JOIN allocations a ON a.programme_id = {{0}} AND a.lot_id = l.id
    JOIN ledger_entries e ON e.programme_id = {{0}} AND e.id = a.entry_id
    WHERE {_SHOWN} ORDER BY a.lot_id, e.seq"""
_LINES = f"""SELECT o.id, o.uid, o.name, o.currency, o.total_minor, o.refunded_minor, w.title, g.component,
        g.base_minor, g.rate, g.multiplier_percent, g.boost_percent, g.points, g.zero_reason, r.name AS rule,
        v.number AS rule_number
    FROM orders o LEFT JOIN line_earnings g ON g.programme_id = {{0}} AND g.order_id = o.id
    LEFT JOIN order_lines w ON w.programme_id = {{0}} AND w.order_id = o.id AND w.position = g.line_position
    LEFT JOIN earning_rule_versions v ON v.programme_id = {{0}} AND v.id = g.rule_version_id
    LEFT JOIN earning_rules r ON r.programme_id = {{0}} AND r.id = v.rule_id
    WHERE o.programme_id = {{0}} AND o.id IN (SELECT l.order_id FROM lots l WHERE {_SHOWN})
    ORDER BY o.id, g.position"""


@dataclass(frozen=True, slots=True)
class _Found:
    lots: list[dict[str, Any]]
    draws: Mapping[int, list[DrawExplained]]
    orders: Mapping[int, OrderExplained]


async def explain(programme_id: int, customer: str, *, spent: bool = False) -> Explanation:
    """Where a balance comes from; `customer` is an e-mail address or a uid, `spent` shows empty lots too.

    Eight queries, however many lots there are. Raises NotFound.
    """
    async with snapshot():
        programme = await get(programme_id)
        person = await one(_CUSTOMER, programme_id, customer, normalised_email(customer))
        if person is None:
            raise NotFound(f"Nobody in {programme.name} has the address {customer}.")
        found = await _found(programme_id, person["id"], spent)
        has = await balance(programme_id, person["id"])
        empty = 0 if spent else await _empty(programme_id, person["id"])
    return Explanation(
        customer_uid=person["uid"],
        name=f"{person['first_name']} {person['last_name']}".strip(),
        email=person["email"],
        type=CustomerType(person["type"]),
        balance=has,
        lots=tuple(_lot(programme, lot, found) for lot in found.lots),
        spent_lots=empty,
    )


async def _found(programme_id: int, customer_id: int, spent: bool) -> _Found:
    asked = (programme_id, customer_id, spent)
    draws: dict[int, list[DrawExplained]] = defaultdict(list)
    for row in await rows(_DRAWS, *asked):
        draws[row.pop("lot_id")].append(DrawExplained(**{**row, "kind": EntryKind(row["kind"])}))
    by_order: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in await rows(_LINES, *asked):
        by_order[row["id"]].append(row)
    orders = {order_id: _order(lines) for order_id, lines in by_order.items()}
    return _Found(await rows(_LOTS, *asked), draws, orders)


async def _empty(programme_id: int, customer_id: int) -> int:
    counted = await value(
        "SELECT count(*) FROM lots WHERE programme_id = {} AND customer_id = {} AND remaining = 0",
        programme_id,
        customer_id,
    )
    return int(counted)


def _lot(programme: Programme, row: dict[str, Any], found: _Found) -> LotExplained:
    plain = {name: row[name] for name in ("points", "remaining", "available_at", "expires_at", "lapses_at")}
    entry = EntryExplained(
        uid=row["uid"],
        kind=EntryKind(row["kind"]),
        points=row["credited"],
        at=row["effective_at"],
        comment=row["comment"],
        reason=row["reason"],
        rule=_rule(programme, row),
        order=found.orders.get(row["order_id"]),
    )
    return LotExplained(**plain, opened_by=entry, draws=tuple(found.draws.get(row["id"], ())))


def _rule(programme: Programme, row: dict[str, Any]) -> RuleExplained | None:
    if row["rule_name"] is None:
        return None
    definition = RuleDefinition.from_dict(loads(row["definition"]))
    return RuleExplained(row["rule_name"], row["rule_number"], words(definition, programme))


def _order(lines: list[dict[str, Any]]) -> OrderExplained:
    about = {name: lines[0][name] for name in ("uid", "name", "currency", "total_minor", "refunded_minor")}
    return OrderExplained(**about, lines=tuple(_line(row) for row in lines if row["component"] is not None))


def _line(row: dict[str, Any]) -> LineExplained:
    same = ("component", "rate", "base_minor", "multiplier_percent", "boost_percent", "points", "zero_reason")
    rule = f"{row['rule']}, version {row['rule_number']}" if row["rule"] else ""
    return LineExplained(title=row["title"] or "", rule=rule, **{name: row[name] for name in same})
