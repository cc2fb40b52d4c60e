"""What a load balancer hears."""

import httpx

from web.outer import App


async def test_a_process_whose_database_answers_is_healthy(db: object, app: App) -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        answer = await client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert answer.headers["cache-control"] == "no-store"


async def test_a_process_without_its_database_is_not(app: App) -> None:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        assert (await client.get("/health")).status_code == 500
