"""The cast every service test plays with; the books are checked when the scene is over."""

from collections.abc import AsyncIterator

import pytest

from db.engine import Database
from tests.cast import Cast, assemble, assert_books_balance


@pytest.fixture
async def cast(db: Database) -> AsyncIterator[Cast]:
    yield await assemble()
    await assert_books_balance()
