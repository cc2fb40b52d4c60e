"""The `db` fixture hands every test an empty, migrated database."""

import pytest

from db.engine import Database, run, value
from loyalty.clock import now

INSERT = "INSERT INTO programmes (programme_id, uid, handle, name, created_at) VALUES (1, 'u', 'h', 'n', {})"


@pytest.mark.parametrize("turn", [1, 2])
async def test_rows_of_one_test_are_gone_in_the_next(db: Database, turn: int) -> None:
    assert await value("SELECT count(*) FROM programmes") == 0
    await run(INSERT, now())
    assert await value("SELECT count(*) FROM programmes") == 1
