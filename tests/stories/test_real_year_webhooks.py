"""The same orders by webhook, by file, by both; once, twice, shuffled, among forgeries: same points.

A hundredth of the year's members with all their orders, as many guests, on both engines. More of
them by file are in `tests/ledger`; `bench/real_year.py` runs every way over the whole year.
"""

import json
import random
from pathlib import Path
from typing import Any

import httpx
import pytest

from db.engine import rows, value
from loyalty.imports import customers, orders, webhooks
from loyalty.integrations.signatures import sign
from loyalty.jobs.worker import Worker
from loyalty.ledger.verifying import verify
from loyalty.programme_files.applying import apply
from loyalty.programme_files.reading import read
from loyalty.rules.actors import SYSTEM
from tests.stories import real_year
from tests.stories.real_year import Points
from web.app import create_app

EVERY = 100
SECRET = "the-secret-that-signs-this-shops-webhooks"


@pytest.fixture
async def shop(db: object, monkeypatch: pytest.MonkeyPatch) -> int:
    """The example programme, applied as a merchant would."""
    monkeypatch.setenv("REGULARS_WEB_WEBHOOK_SECRET", SECRET)
    applied = await apply(read(real_year.EXAMPLE.read_text()), by=SYSTEM)
    return applied.programme_id


async def deliver(events: list[dict[str, Any]], *, secret: str = SECRET) -> list[int]:
    """Send each event to the shop's door, signed; the statuses it answered."""
    store = await rows("SELECT uid FROM stores WHERE programme_id > 0")
    transport = httpx.ASGITransport(app=create_app())
    statuses = []
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as door:
        for event in events:
            body = json.dumps(event["body"]).encode()
            answer = await door.post(
                f"/hooks/shopify/{store[0]['uid']}",
                content=body,
                headers={
                    "X-Shopify-Hmac-Sha256": sign(body, secret),
                    "X-Shopify-Topic": event["topic"],
                    "X-Shopify-Webhook-Id": event["webhook_id"],
                    "X-Shopify-Shop-Domain": "gifts.example",
                    "Content-Type": "application/json",
                },
            )
            statuses.append(answer.status_code)
    return statuses


async def points(programme_id: int) -> dict[str, Points]:
    """What every member has, by address."""
    found = await rows(
        "SELECT c.email, a.earned, a.clawed_back, a.balance FROM accounts a"
        " JOIN customers c ON c.programme_id = a.programme_id AND c.id = a.customer_id"
        " WHERE a.programme_id = {} AND c.type = 'member'",
        programme_id,
    )
    return {row["email"]: Points(row["earned"], row["clawed_back"], row["balance"]) for row in found}


async def agree(programme_id: int) -> None:
    """Every member of the sample has exactly the year's points, and every invariant holds."""
    assert await points(programme_id) == real_year.expected(EVERY)
    assert await verify(programme_id) == []


async def test_signed_webhooks_over_http_give_every_member_the_years_points(shop: int) -> None:
    statuses = await deliver(real_year.deliveries(EVERY))
    assert set(statuses) == {200}
    await Worker().step()
    await agree(shop)


async def test_shuffled_doubled_and_forged_deliveries_change_nothing(shop: int) -> None:
    events = real_year.deliveries(EVERY)
    shuffled = random.Random(20101201).sample(events * 2, len(events) * 2)
    half = len(shuffled) // 2
    assert set(await deliver(shuffled[:half])) == {200}
    await Worker().step()
    assert set(await deliver(shuffled[::50], secret="somebody-elses-secret")) == {401}
    assert set(await deliver(shuffled[half:])) == {200}
    await Worker().step()
    await agree(shop)
    assert await value("SELECT count(*) FROM inbound_events WHERE programme_id = {}", shop) == len(events)


async def test_the_log_and_the_exports_meet_in_the_same_orders(shop: int, tmp_path: Path) -> None:
    log = tmp_path / "webhooks.jsonl"
    log.write_text("".join(json.dumps(event) + "\n" for event in real_year.deliveries(EVERY)))
    people, sales = real_year.exports(EVERY, tmp_path)
    await customers.run(shop, people, "shopify")
    await webhooks.run(shop, log, "shopify")
    await agree(shop)
    await orders.run(shop, sales, "shopify")
    await agree(shop)
    entries = await value("SELECT count(*) FROM ledger_entries WHERE programme_id = {}", shop)
    assert (await webhooks.run(shop, log, "shopify")).known == len(log.read_text().splitlines())
    again = await orders.run(shop, sales, "shopify")
    assert (again.created, again.earned, again.taken_back) == (0, 0, 0)
    assert await value("SELECT count(*) FROM ledger_entries WHERE programme_id = {}", shop) == entries


async def test_exports_first_and_webhooks_after_count_once(shop: int, tmp_path: Path) -> None:
    people, sales = real_year.exports(EVERY, tmp_path)
    await customers.run(shop, people, "shopify")
    await orders.run(shop, sales, "shopify")
    await agree(shop)
    await deliver(real_year.deliveries(EVERY))
    await Worker().step()
    await agree(shop)
    assert (
        await value("SELECT count(*) FROM inbound_events WHERE programme_id = {} AND state <> 'done'", shop)
        == 0
    )
