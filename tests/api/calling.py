"""A program with a key, on the real app and a real database."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

import httpx
import pytest

from db.enums import ApiScope
from loyalty.api_keys.managing import make
from tests.cast import Cast, assemble, assert_books_balance
from web.outer import App


@dataclass
class Program:
    """Calls the API. `sent` is JSON; `key` None sends none."""

    client: httpx.AsyncClient
    secret: str

    async def get(self, path: str, **query: str) -> httpx.Response:
        return await self.client.get(f"/api/v1{path}", params=query or None, headers=self._headers())

    async def post(self, path: str, sent: Any = None, *, again: str = "", raw: bytes = b"") -> httpx.Response:
        headers = {**self._headers(), **({"Idempotency-Key": again} if again else {})}
        body: dict[str, Any] = {"content": raw} if raw else {"json": sent}
        return await self.client.post(f"/api/v1{path}", headers=headers, **body)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"} if self.secret else {}


Calling = Callable[..., Awaitable[Program]]


@pytest.fixture
async def shop(db: object) -> AsyncIterator[Cast]:
    yield await assemble()
    await assert_books_balance()


@pytest.fixture
async def calling(app: App, shop: Cast) -> AsyncIterator[Calling]:
    """`await calling()` is a program that may do everything; name its scopes, its store, or another programme."""
    transport = httpx.ASGITransport(app=cast("Any", app))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.example") as client:

        async def call(*scopes: ApiScope, programme_id: int = 1, store_uid: str = "") -> Program:
            by = shop.mara if programme_id == 1 else shop.nils
            key = f"{programme_id}-{scopes}-{store_uid}"
            made = await make(
                programme_id, "Till", scopes or tuple(ApiScope), store_uid=store_uid, by=by, key=key
            )
            assert made.secret is not None
            return Program(client, made.secret)

        yield call
