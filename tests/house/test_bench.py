"""The benchmarks run, at a size that takes seconds: what they find is for people to judge."""

from collections.abc import Iterator

import pytest

from bench import batches, depot, pages, soak, writes
from bench.batch_list import BATCHES
from bench.depot import Depot
from bench.table import Table
from db.engine import connect, disconnect
from loyalty.ledger.verifying import verify


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Depot]:
    """One made shop for all of them: what a benchmark changes, it changes in a copy."""
    with depot.depot("sqlite", tmp_path_factory.mktemp("bench")) as opened:
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
    assert [row.name for row in table.rows] == [batch.name for batch in BATCHES]
    assert all(row.ours > 0 and row.limit > 0 for row in table.rows)


async def test_a_soak_of_seconds_finds_neither_errors_nor_broken_books(
    store: Depot, capsys: pytest.CaptureFixture[str]
) -> None:
    table = Table("tiny", as_json=True)
    await soak.bench(table, store, "tiny", minutes=1 / 30)
    assert [row.name.split()[1] for row in table.rows] == ["memory", "threads", "files"]
    assert "0 errors" in table.notes[0]
