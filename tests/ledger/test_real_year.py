"""A real shop's year by file: every customer's points come out exactly, and a second run changes nothing.

A quarter of the members with all their orders on SQLite, a fiftieth on PostgreSQL. The whole year takes
minutes: `python -m bench.real_year`.
"""

from pathlib import Path

import pytest

from db.engine import Database, is_sqlite, rows, value
from loyalty.imports import customers, orders
from loyalty.ledger.balances import export_balances
from loyalty.ledger.verifying import verify
from loyalty.programme_files.applying import apply
from loyalty.programme_files.reading import read
from loyalty.rules.actors import SYSTEM
from tests.stories import real_year
from tests.stories.real_year import Points

_COUNTS = """SELECT (SELECT count(*) FROM ledger_entries) AS entries, (SELECT count(*) FROM lots) AS lots,
    (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM customers) AS customers,
    (SELECT sum(spend_minor) FROM customers) AS spend, (SELECT sum(order_count) FROM customers) AS counted"""


@pytest.fixture
async def programme_id(db: Database, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("REGULARS_WEB_WEBHOOK_SECRET", "the-secret-that-signs-this-shops-webhooks")
    return (await apply(read(real_year.EXAMPLE.read_text()), by=SYSTEM)).programme_id


async def test_every_customers_points_of_a_real_year_come_out_exactly(
    programme_id: int, tmp_path: Path
) -> None:
    every = 4 if is_sqlite() else 50
    expected, files = real_year.expected(every), real_year.exports(every, tmp_path)
    assert len(expected) > 4_000 / every
    await _import(programme_id, files)
    assert await _points(programme_id) == expected
    await _assert_counted(programme_id)
    assert await verify() == []
    before = await rows(_COUNTS)
    await _import(programme_id, files)
    assert await rows(_COUNTS) == before
    assert await _points(programme_id) == expected


async def _import(programme_id: int, files: tuple[Path, Path]) -> None:
    await customers.run(programme_id, files[0], "shopify")
    await orders.run(programme_id, files[1], "shopify")


async def _points(programme_id: int) -> dict[str, Points]:
    return {
        row.email: Points(row.earned, row.clawed_back, row.available)
        async for row in export_balances(programme_id)
        if row.email is not None
    }


async def _assert_counted(programme_id: int) -> None:
    """Each customer's net spend and order count are those of their orders."""
    wrong = await value(
        "SELECT count(*) FROM customers c WHERE c.programme_id = {} AND (c.order_count, c.spend_minor) <> ("
        "SELECT count(*), coalesce(sum(o.total_minor - o.refunded_minor), 0) FROM orders o"
        " WHERE o.programme_id = c.programme_id AND o.customer_id = c.id AND o.status = 'paid')",
        programme_id,
    )
    assert wrong == 0
