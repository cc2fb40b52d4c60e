"""Every store with the state of its webhook. Secrets never leave this room."""

from dataclasses import dataclass

from db.engine import Row, one, rows
from db.enums import Platform
from loyalty.errors import NotFound

WITH_WEBHOOKS = (Platform.SHOPIFY, Platform.WOOCOMMERCE)
"""Platforms that sign what they send."""

_STORES = """SELECT s.id, s.uid, s.handle, s.name, s.platform, s.domain, s.webhook_secret IS NOT NULL AS signed,
      s.previous_webhook_secret IS NOT NULL AS rotating FROM stores s WHERE s.programme_id = {}"""


@dataclass(frozen=True, slots=True)
class StoreView:
    """`signed`: deliveries can be verified. `rotating`: the secret before is still valid, too."""

    id: int
    uid: str
    handle: str
    name: str
    platform: Platform
    domain: str | None
    signed: bool
    rotating: bool

    @property
    def hook(self) -> str | None:
        """The path that the platform's webhooks go to; None where there are none."""
        return f"/hooks/{self.platform}/{self.uid}" if self.platform in WITH_WEBHOOKS else None


async def listing(programme_id: int) -> tuple[StoreView, ...]:
    """In the order they were added."""
    found = await rows(f"{_STORES} ORDER BY s.id", programme_id)
    return tuple(_view(row) for row in found)


async def get(programme_id: int, uid: str) -> StoreView:
    """One store. Raises NotFound."""
    row = await one(f"{_STORES} AND s.uid = {{}}", programme_id, uid)
    if row is None:
        raise NotFound("There is no such store in this programme.")
    return _view(row)


def _view(row: Row) -> StoreView:
    flags = {name: bool(row[name]) for name in ("signed", "rotating")}
    return StoreView(**{**row, **flags, "platform": Platform(row["platform"])})
