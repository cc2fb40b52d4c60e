"""Moving a row of campaigns or automations into another state, with the version that its readers compare."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from db.engine import run


async def put(programme_id: int, table: str, row_id: int, to: StrEnum, change: Mapping[str, Any]) -> None:
    """Write the state of a locked row, and further columns, in the caller's transaction."""
    named = "".join(f", {name} = {{}}" for name in change)
    await run(
        f"UPDATE {table} SET state = {{}}, version = version + 1{named} WHERE programme_id = {{}} AND id = {{}}",
        to,
        *change.values(),
        programme_id,
        row_id,
    )
