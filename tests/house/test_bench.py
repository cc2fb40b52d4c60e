"""The benchmarks run, at a size that takes seconds: what they find is for people to judge."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bench import batches, depot, pages, writes
from bench.depot import Depot
from bench.table import Table
from db.engine import connect, disconnect
from loyalty.ledger.verifying import verify


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Depot]:
    with depot.depot("sqlite", tmp_path) as opened:
        yield opened


async def test_the_made_up_shop_balances_and_every_page_is_measured(
    store: Depot, capsys: pytest.CaptureFixture[str]
) -> None:
    await connect(await store.made("tiny"))
    assert await verify() == []
    await disconnect()
    table = Table("tiny", as_json=True)
    await pages.bench(table, store, "tiny", rounds=1, times=2)
    assert len(table.rows) == 14
    assert all(row.ours > 0 and row.limit > 0 for row in table.rows)
    assert table.notes[1].startswith("Statements over 50 ms")


async def test_every_write_is_measured_beside_the_same_transactions(
    store: Depot, capsys: pytest.CaptureFixture[str]
) -> None:
    table = Table("tiny", as_json=True)
    await writes.bench(table, store, "tiny", rounds=1, times=3)
    assert len(table.rows) == 6
    assert all(row.ours > 0 and row.limit > 0 for row in table.rows)


async def test_every_batch_is_measured_beside_one_pass(
    store: Depot, capsys: pytest.CaptureFixture[str]
) -> None:
    table = Table("tiny", as_json=True)
    await batches.bench(table, store, "tiny")
    assert len(table.rows) == 6
    assert all(row.ours > 0 and row.limit > 0 for row in table.rows)
