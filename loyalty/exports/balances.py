"""Everybody's balance, now or as of a moment (PRODUCT O3)."""

from collections.abc import AsyncIterator
from dataclasses import astuple
from datetime import datetime
from typing import Any

from loyalty.ledger.balances import export_balances

COLUMNS = ("email", "available", "pending", "earned", "redeemed", "expired", "clawed_back", "debt")


async def rows(programme_id: int, as_of: datetime | None) -> AsyncIterator[tuple[Any, ...]]:
    """One row a customer, by e-mail address; those without one last."""
    async for row in export_balances(programme_id, as_of):
        yield astuple(row)
