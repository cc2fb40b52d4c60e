"""An export's orders, applied in batches, leave what the same orders leave that come one by one. PRODUCT N1."""

from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from db.engine import Database, rows
from db.enums import EarningTrigger
from loyalty import clock
from loyalty.earning import rules
from loyalty.imports import orders
from loyalty.integrations import integration
from loyalty.integrations.cells import Reading
from loyalty.ledger.verifying import verify
from loyalty.orders.receiving import receive
from loyalty.programme_files.applying import apply
from loyalty.programme_files.reading import read
from loyalty.rules.actors import SYSTEM
from loyalty.rules.earning import RuleDefinition
from loyalty.rules.earning_rules import Per
from tests.stories.counters import EXAMPLES, OPENING, day

HEADING = (
    "Id,Name,Email,Billing Name,Financial Status,Paid at,Currency,Total,Created at,Refunded Amount,"
    "Lineitem quantity,Lineitem name,Lineitem price\n"
)
# Ines rises to Silver by her second order, which the third earns by; the fourth went back in part.
ORDERS = (
    ("ines@example.org", 150, 1, 0),
    ("ines@example.org", 80, 2, 0),
    ("olu@example.org", 30, 2, 0),
    ("ines@example.org", 60, 3, 0),
    ("ines@example.org", 40, 4, 15),
    ("", 20, 4, 0),
    ("olu@example.org", 600, 9, 600),
    ("olu@example.org", 70, 10, 0),
)
_LEFT = {
    "orders": """SELECT name, status, refunded_minor, earns, earned_points, clawed_points, revision, paid_at
        FROM orders WHERE programme_id = {} ORDER BY name""",
    "lines": """SELECT o.name, l.position, l.kind, l.title, l.quantity, l.total_minor, l.tags FROM order_lines l
        JOIN orders o ON o.programme_id = l.programme_id AND o.id = l.order_id
        WHERE l.programme_id = {} ORDER BY o.name, l.position""",
    "earnings": """SELECT o.name, g.position, g.base_minor, g.rate, g.multiplier_percent, g.points, g.zero_reason
        FROM line_earnings g JOIN orders o ON o.programme_id = g.programme_id AND o.id = g.order_id
        WHERE g.programme_id = {} ORDER BY o.name, g.position""",
    "entries": """SELECT c.email, e.seq, e.kind, e.points, e.balance_after, e.effective_at, e.available_at,
        e.expires_at, e.comment, e.breakdown FROM ledger_entries e
        JOIN customers c ON c.programme_id = e.programme_id AND c.id = e.customer_id
        WHERE e.programme_id = {} ORDER BY c.email, e.seq""",
    "lots": """SELECT c.email, e.seq, l.points, l.remaining, l.available_at, l.expires_at FROM lots l
        JOIN ledger_entries e ON e.programme_id = l.programme_id AND e.id = l.entry_id
        JOIN customers c ON c.programme_id = l.programme_id AND c.id = l.customer_id
        WHERE l.programme_id = {} ORDER BY c.email, e.seq""",
    "customers": """SELECT email, type, joined_at, spend_minor, order_count, first_order_at, last_order_at
        FROM customers WHERE programme_id = {} ORDER BY email""",
    "tiers": """SELECT c.email, t.name, s.metric_value FROM customer_tiers s
        JOIN customers c ON c.programme_id = s.programme_id AND c.id = s.customer_id
        JOIN tiers t ON t.programme_id = s.programme_id AND t.id = s.tier_id
        WHERE s.programme_id = {} ORDER BY c.email""",
}


async def test_a_file_in_batches_leaves_what_its_orders_leave_one_by_one(
    db: Database, tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(HEADING + "".join(_row(number, *order) for number, order in enumerate(ORDERS, start=1)))
    together, alone = await _shop("together"), await _shop("alone")
    with clock.at(day(20)):
        await orders.run(together, file, "shopify")
        store_id = await _store(alone)
        for _, order in integration("shopify").export.read_orders(file, Reading("EUR")):
            await receive(alone, store_id, order, pays_signup=False)
        assert await _left(together) == await _left(alone)
        assert [row["name"] for row in (await _left(together))["tiers"]] == ["Silver", "Bronze"]
        await orders.run(together, file, "shopify")
        assert await _left(together) == await _left(alone)
        assert await verify() == []


async def _shop(handle: str) -> int:
    """A beauty shop whose rule pays twice as much from the third day on."""
    with clock.at(OPENING):
        text = (EXAMPLES / "beauty.toml").read_text().replace('handle = "beauty"', f'handle = "{handle}"')
        programme_id = (await apply(read(text), by=SYSTEM)).programme_id
        found = await rows(
            "SELECT id FROM earning_rules WHERE programme_id = {} AND trigger = {} ORDER BY position LIMIT 1",
            programme_id,
            EarningTrigger.ORDER,
        )
        richer = RuleDefinition(name="2 points per €1", points=2, per=Per.AMOUNT, per_minor=100)
        await rules.revise(programme_id, found[0]["id"], richer, by=SYSTEM, effective_from=day(3))
    return programme_id


async def _store(programme_id: int) -> int:
    found = await rows("SELECT id FROM stores WHERE programme_id = {} AND handle = 'web'", programme_id)
    return int(found[0]["id"])


async def _left(programme_id: int) -> dict[str, list[dict[str, Any]]]:
    return {name: await rows(question, programme_id) for name, question in _LEFT.items()}


def _row(number: int, email: str, amount: int, on: int, refunded: int) -> str:
    at = (day(on) + timedelta(minutes=number)).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S +0000")
    status = "partially_refunded" if 0 < refunded < amount else "refunded" if refunded else "paid"
    return (
        f"{1000 + number},#{number},{email},A B,{status},{at},EUR,{amount}.00,{at},{refunded}.00,"
        f"1,Cream,{amount}.00\n"
    )
