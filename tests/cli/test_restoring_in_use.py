"""A database in use is not pulled from under its server, and is never its own backup."""

from pathlib import Path

import pytest

from db.engine import connect, disconnect
from loyalty.backups import backup, restore
from loyalty.errors import Invalid, NotAllowed


async def test_a_database_that_a_process_holds_is_not_replaced(sqlite_template: Path, tmp_path: Path) -> None:
    live, copy = tmp_path / "live.sqlite", tmp_path / "copy.sqlite"
    live.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{live}"
    await backup(url, copy)
    await connect(url)
    try:
        with pytest.raises(NotAllowed, match="in use"):
            await restore(url, copy, force=True)
    finally:
        await disconnect()
    await restore(url, copy, force=True)


async def test_a_database_is_not_its_own_backup(sqlite_template: Path, tmp_path: Path) -> None:
    live = tmp_path / "live.sqlite"
    live.write_bytes(sqlite_template.read_bytes())
    with pytest.raises(Invalid, match="the database itself"):
        await backup(f"sqlite:///{live}", live)


async def test_a_damaged_database_can_be_replaced(sqlite_template: Path, tmp_path: Path) -> None:
    live, copy = tmp_path / "live.sqlite", tmp_path / "copy.sqlite"
    live.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{live}"
    await backup(url, copy)
    live.write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    await restore(url, copy, force=True)
    await connect(url)
    await disconnect()
