"""The cast, and a shop that earns; the books are checked when the scene is over."""

from collections.abc import AsyncIterator

import pytest

from db.engine import Database, run
from tests.cast import Cast, assemble, assert_books_balance
from tests.ledger.shop import Shop


@pytest.fixture
async def cast(db: Database) -> AsyncIterator[Cast]:
    yield await assemble()
    await assert_books_balance()


@pytest.fixture
async def shop(cast: Cast) -> Shop:
    await run("UPDATE programmes SET hold_days = 0 WHERE programme_id = {}", cast.programme_id)
    made = Shop(cast, cast.ines)
    await made.rule()
    return made
