"""What would be refused while a file is applied is refused before its first row. PRODUCT N1."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db.engine import value
from loyalty import clock
from loyalty.errors import Invalid
from loyalty.imports import customers, orders, webhooks
from tests.cast import Cast, assemble
from tests.factories import START

ORDERS = (
    "Name,Email,Financial Status,Paid at,Currency,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Id\n"
    "#1,finn@example.org,paid,,EUR,12.50,2026-03-01 10:00:00 +0000,1,Tea,12.50,1001\n"
    "#2,finn@example.org,paid,,{currency},7.99,{placed},1,Pot,7.99,{id}\n"
)
CUSTOMERS = (
    "Customer ID,First Name,Last Name,Email\n1,Finn,Aalto,finn@example.org\n{id},Kim,Berg,kim@example.org\n"
)
ORDER = {
    "id": 1001,
    "name": "#1001",
    "currency": "EUR",
    "total_price": "25.50",
    "created_at": "2026-03-02T09:30:00+01:00",
    "financial_status": "paid",
    "email": "finn@example.org",
    "line_items": [],
}
PERSON = {"id": 7, "email": "finn@example.org", "updated_at": "2026-03-02T09:30:00+01:00"}
REFUND = {"id": 5, "order_id": 1001, "created_at": "1960-03-03T09:30:00+01:00", "transactions": []}


@pytest.fixture
async def cast(db: object) -> Cast:
    return await assemble()


@pytest.fixture(autouse=True)
def at_start() -> Iterator[None]:
    with clock.at(START):
        yield


async def counted() -> tuple[int, int, int]:
    """How many customers, orders and deliveries there are."""
    customers = await value("SELECT count(*) FROM customers WHERE programme_id = 1")
    orders = await value("SELECT count(*) FROM orders WHERE programme_id = 1")
    deliveries = await value("SELECT count(*) FROM inbound_events WHERE programme_id = 1")
    return customers, orders, deliveries


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"id": "1" * 121}, "orders.csv, row 3: The id of this order must have 1 to 120 characters."),
        ({"placed": "1960-01-01 10:00:00 +0000"}, "orders.csv, row 3: Order #2 is dated 1960-01-01"),
        ({"placed": "2059-01-01 10:00:00 +0000"}, "orders.csv, row 3: Order #2 is dated 2059-01-01"),
        ({"currency": "USD"}, "orders.csv, row 3: Order #2 is in USD; this programme counts in EUR."),
    ],
)
async def test_an_order_that_can_not_be_is_named_by_its_row_and_nothing_is_written(
    cast: Cast, tmp_path: Path, bad: dict[str, str], says: str, dry_run: bool
) -> None:
    file = tmp_path / "orders.csv"
    good = {"currency": "EUR", "placed": "2026-03-02 10:00:00 +0000", "id": "1002"}
    file.write_text(ORDERS.format(**{**good, **bad}))
    before = await counted()
    with pytest.raises(Invalid, match="^" + says):
        await orders.run(1, file, "shopify", dry_run=dry_run)
    assert await counted() == before


@pytest.mark.parametrize("dry_run", [True, False])
async def test_a_customer_that_can_not_be_is_named_by_its_row_and_nothing_is_written(
    cast: Cast, tmp_path: Path, dry_run: bool
) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(CUSTOMERS.format(id="2" * 121))
    before = await counted()
    with pytest.raises(Invalid, match=r"^customers\.csv, row 3: The id of this customer"):
        await customers.run(1, file, "shopify", dry_run=dry_run)
    assert await counted() == before


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize(
    ("topic", "body", "says"),
    [
        ("orders/paid", {**ORDER, "currency": "USD"}, "is in USD"),
        ("orders/paid", {**ORDER, "created_at": "1960-03-02T09:30:00+01:00"}, "is dated 1960-03-02"),
        ("refunds/create", REFUND, "Refund 5 is dated 1960-03-03"),
        ("customers/update", {**PERSON, "created_at": "2060-01-01T09:30:00Z"}, "is dated 2060-01-01"),
        ("shop/redact", {"shop_domain": "bloom.example"}, "the owner's decision"),
        ("x" * 81, {}, "A topic has at most 80 characters"),
    ],
)
async def test_a_delivery_that_can_not_be_is_named_by_its_line_and_nothing_is_written(
    cast: Cast, tmp_path: Path, topic: str, body: dict[str, Any], says: str, dry_run: bool
) -> None:
    file = tmp_path / "log.jsonl"
    told = [("orders/paid", ORDER, "one"), (topic, body, "two")]
    file.write_text(
        "\n".join(json.dumps({"topic": topic, "webhook_id": id_, "body": body}) for topic, body, id_ in told)
    )
    before = await counted()
    with pytest.raises(Invalid, match=rf"^log\.jsonl, line 2: .*{says}"):
        await webhooks.run(1, file, "shopify", dry_run=dry_run)
    assert await counted() == before
