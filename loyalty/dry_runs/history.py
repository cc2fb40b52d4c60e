"""A customer's orders as the replay reads them: a few hundred at a time, however many there are."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from db.engine import loads, rows, value
from db.enums import OrderStatus
from loyalty.orders.facts import facts_of
from loyalty.orders.rows import LINE_FACTS, REFUND_FACTS, line_of, refund_of
from loyalty.orders.storing import COLUMNS, StoredOrder
from loyalty.rules.dry_runs import Past, Stored
from loyalty.rules.earning import EarnContext, RuleDefinition, RuleVersion
from loyalty.rules.orders import IncomingLine, IncomingRefund

CHUNK = 300

_WHEN = "coalesce(o.paid_at, o.placed_at)"
_COLUMNS = ", ".join(f"o.{name.strip()}" for name in COLUMNS.split(","))
_IN = f"o.programme_id = {{}} AND o.earns IS NOT NULL AND {_WHEN} >= {{}} AND {_WHEN} < {{}}"
_CUSTOMERS = f"""SELECT DISTINCT o.customer_id FROM orders o WHERE {_IN} AND o.customer_id > {{}}
    ORDER BY o.customer_id LIMIT {{}}"""
_COUNT = f"SELECT count(DISTINCT o.customer_id) FROM orders o WHERE {_IN} AND o.customer_id IS NOT NULL"
_ORDERS = f"""SELECT {_COLUMNS}, o.store_id FROM orders o WHERE {_IN} AND o.customer_id = {{}}
    AND ({_WHEN}, o.id) > ({{}}, {{}}) ORDER BY {_WHEN}, o.id LIMIT {CHUNK}"""
_LINES = f"SELECT order_id, {LINE_FACTS} FROM order_lines WHERE programme_id = {{}} AND order_id IN "
_REFUNDS = f"""SELECT o.id AS order_id, {", ".join(f"f.{name.strip()}" for name in REFUND_FACTS.split(","))}
    FROM orders o JOIN refunds f ON f.programme_id = o.programme_id AND f.store_id = o.store_id
      AND f.order_external_id = o.external_id
    WHERE o.programme_id = {{}} AND o.id IN """
_VERSIONS = """SELECT v.id, v.rule_id, v.definition, r.position FROM earning_rule_versions v
    JOIN earning_rules r ON r.programme_id = v.programme_id AND r.id = v.rule_id
    WHERE v.programme_id = {} AND v.id IN """
_GIVEN_BEFORE = f"""SELECT CAST(coalesce(sum(l.points), 0) AS BIGINT) FROM orders o
    JOIN line_earnings l ON l.programme_id = o.programme_id AND l.order_id = o.id
    JOIN earning_rule_versions v ON v.programme_id = l.programme_id AND v.id = l.rule_version_id
    WHERE o.programme_id = {{}} AND o.customer_id = {{}} AND v.rule_id = {{}} AND o.status = 'paid'
      AND o.refunded_minor < o.total_minor AND {_WHEN} >= {{}} AND {_WHEN} < {{}}"""


@dataclass
class History:
    """The orders of a programme paid in [since, until). Versions are read once and kept."""

    programme_id: int
    since: datetime
    until: datetime
    _known: dict[int, Stored] = field(default_factory=dict)

    async def customers(self, after: int, most: int) -> list[int]:
        """The next customers, by id, who ordered in that time."""
        found = await rows(_CUSTOMERS, *self._range, after, most)
        return [row["customer_id"] for row in found]

    async def count(self) -> int:
        """How many customers ordered in that time."""
        return int(await value(_COUNT, *self._range))

    async def given_before(self, customer_id: int, rule_id: int, since: datetime) -> int:
        """What a rule gave a customer from `since` to the beginning of the time looked at."""
        span = (self.programme_id, customer_id, rule_id, since, self.since)
        return int(await value(_GIVEN_BEFORE, *span))

    async def orders(self, customer_id: int) -> AsyncIterator[tuple[datetime, Past]]:
        """One customer's orders, the oldest first, each with when it counts."""
        at, last = self.since, 0
        while True:
            found = await rows(_ORDERS, *self._range, customer_id, at, last)
            for past in await self._read(found):
                yield past
            if len(found) < CHUNK:
                return
            at, last = found[-1]["paid_at"] or found[-1]["placed_at"], found[-1]["id"]

    @property
    def _range(self) -> tuple[int, datetime, datetime]:
        return self.programme_id, self.since, self.until

    async def _read(self, found: Sequence[Mapping[str, Any]]) -> list[tuple[datetime, Past]]:
        ids = [row["id"] for row in found]
        lines: defaultdict[int, list[IncomingLine]] = defaultdict(list)
        refunds: defaultdict[int, list[IncomingRefund]] = defaultdict(list)
        for row in await self._of(_LINES, ids, " ORDER BY order_id, position"):
            lines[row["order_id"]].append(line_of(row))
        for row in await self._of(_REFUNDS, ids, " ORDER BY f.id"):
            refunds[row["order_id"]].append(refund_of(row, ""))
        orders = [
            (StoredOrder.of({k: v for k, v in row.items() if k != "store_id"}), row["store_id"])
            for row in found
        ]
        await self._learn({id_ for order, _ in orders for id_ in _terms(order)["rules"]})
        return [
            (order.happened_at, self._past(order, store_id, lines[order.id], refunds[order.id]))
            for order, store_id in orders
        ]

    def _past(
        self, order: StoredOrder, store_id: int, lines: list[IncomingLine], refunds: list[IncomingRefund]
    ) -> Past:
        terms = _terms(order)
        return Past(
            whole=facts_of(order, lines, (), store_id, reported=0),
            kept=facts_of(order, lines, refunds, store_id, reported=order.reported_refund_minor),
            stands=order.status is OrderStatus.PAID and order.refunded_minor < order.total_minor,
            rules=tuple(self._known[id_] for id_ in terms["rules"]),
            context=EarnContext.from_dict(terms["context"]),
        )

    async def _learn(self, ids: set[int]) -> None:
        for row in await self._of(_VERSIONS, sorted(ids - set(self._known)), ""):
            version = RuleVersion(row["id"], RuleDefinition.from_dict(loads(row["definition"])))
            self._known[row["id"]] = Stored(row["rule_id"], (row["position"], row["rule_id"]), version)

    async def _of(self, sql: str, ids: Sequence[int], order: str) -> list[dict[str, Any]]:
        if not ids:
            return []
        return await rows(f"{sql}({', '.join(['{}'] * len(ids))}){order}", self.programme_id, *ids)


def _terms(order: StoredOrder) -> dict[str, Any]:
    assert order.earning is not None  # written together with `earns`, which the query asks for
    return order.earning
