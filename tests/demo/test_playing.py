"""Loading the demo shop: once, whole, repeatable, and never over anybody's own data."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from db.engine import Database, connect, disconnect, rows, value
from db.piccolo_app import APP_CONFIG
from loyalty.demo.almanac import DAYS
from loyalty.demo.play import play
from loyalty.errors import NotAllowed
from loyalty.ledger.verifying import verify
from tests import factories
from tests.demo.conftest import FEW, UNTIL, Played, Shop

QUESTIONS = {
    "people": "SELECT first_name, last_name, email, phone, type, spend_minor, order_count, joined_at FROM customers"
    " WHERE programme_id = {}",
    "orders": "SELECT name, placed_at, total_minor, refunded_minor, earned_points, clawed_points FROM orders"
    " WHERE programme_id = {}",
    "entries": "SELECT kind, points, qualifying, effective_at, balance_after FROM ledger_entries"
    " WHERE programme_id = {}",
    "lots": "SELECT points, remaining, available_at, expires_at, lapses_at FROM lots WHERE programme_id = {}",
    "issued": "SELECT source, status, points_paid, issued_at, used_order FROM issued_rewards WHERE programme_id = {}",
    "referrals": "SELECT friend_name, status, claimed_at FROM referrals WHERE programme_id = {}",
    "reviews": "SELECT product_title, rating, status, submitted_at FROM reviews WHERE programme_id = {}",
}


Told = dict[str, list[str]]

VERY_FEW = 4


async def _told() -> Told:
    """Everything in the shop but codes and public ids."""
    (programme,) = await rows("SELECT programme_id FROM programmes")
    answers = {name: await rows(sql, programme["programme_id"]) for name, sql in QUESTIONS.items()}
    return {name: sorted(str(row) for row in found) for name, found in answers.items()}


@pytest.fixture(scope="module")
def told_before(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The history as it was played once before, on SQLite."""
    path = tmp_path_factory.mktemp("before") / "regulars.sqlite"
    shutil.copyfile(sqlite_template, path)

    async def played() -> Told:
        await connect(f"sqlite:///{path}")
        try:
            await play(until=UNTIL, customers=VERY_FEW)
            return await _told()
        finally:
            await disconnect()

    return asyncio.run(played())


async def _programmes() -> list[Any]:
    return [row["handle"] for row in await rows("SELECT handle FROM programmes ORDER BY programme_id")]


async def test_played_anew_it_is_the_same_history_on_each_engine_and_a_reset_leaves_nothing(
    told_before: Told, db: Database
) -> None:
    await play(until=UNTIL, customers=VERY_FEW)
    assert await _told() == told_before
    assert await verify() == []

    def switch_off(day: int) -> None:
        if day > 60:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await play(reset=True, until=UNTIL, customers=VERY_FEW, progress=switch_off)
    counts = [
        await value(f"SELECT count(*) FROM {table._meta.tablename}") for table in APP_CONFIG.table_classes
    ]
    assert counts
    assert not any(counts)


async def test_a_second_call_changes_nothing(shop: Shop) -> None:
    first = await _told()
    played = await play(until=UNTIL, customers=FEW)
    assert played.orders is None
    assert "regulars demo --reset" in played.sentence
    assert await _told() == first


async def test_it_stays_out_of_a_database_that_holds_a_programme(db: Database) -> None:
    await factories.programme(1, handle="bloom")
    played = await play(until=UNTIL, customers=FEW)
    assert played.orders is None
    assert await _programmes() == ["bloom"]


async def test_a_reset_refuses_to_clear_anybody_elses_programme(db: Database) -> None:
    await factories.programme(1, handle="bloom")
    with pytest.raises(NotAllowed, match="can be reset"):
        await play(reset=True, until=UNTIL, customers=FEW)
    assert await _programmes() == ["bloom"]


async def test_a_reset_refuses_also_when_the_demo_shop_has_company(shop: Shop) -> None:
    await factories.programme(2, handle="nook")
    with pytest.raises(NotAllowed, match="can be reset"):
        await play(reset=True, until=UNTIL, customers=FEW)
    assert await _programmes() == ["juniper-rye", "nook"]


async def test_progress_counts_the_days(played: Played) -> None:
    assert list(played.days) == sorted(set(played.days))
    assert played.days[-1] == DAYS
