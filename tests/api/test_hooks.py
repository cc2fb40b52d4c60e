"""Webhooks at the door: signed, kept once, answered at once. PRODUCT N2, DESIGN §6."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Litestar

from db.engine import rows, run, watched
from db.enums import Platform
from loyalty.integrations.signatures import sign
from tests import factories
from tests.cast import Cast, assemble
from tests.factories import Made
from web import errors
from web.handlers.hooks import hooks_router
from web.handlers.hooks.answers import LARGEST_BODY
from web.outer import App

SECRET, OLD_SECRET = "a-secret-of-32-characters-or-more", "the-secret-before-that-one-was-made"
BODY = json.dumps({"id": 1001, "email": "ines@example.org"}).encode()


@pytest.fixture
async def cast(db: object) -> Cast:
    made = await assemble()
    await run(
        "UPDATE stores SET webhook_secret = {}, previous_webhook_secret = {}, domain = {} WHERE programme_id = {}",
        SECRET,
        OLD_SECRET,
        "bloom.myshopify.example",
        made.programme_id,
    )
    return made


@pytest.fixture
async def woo(cast: Cast) -> Made:
    store = await factories.store(cast.programme_id, "woo", platform=Platform.WOOCOMMERCE)
    await run(
        "UPDATE stores SET webhook_secret = {} WHERE programme_id = {} AND id = {}", SECRET, 1, store.id
    )
    return store


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = Litestar([hooks_router], exception_handlers={Exception: errors.answer}, openapi_config=None)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.example") as opened:
        yield opened


def shopify(body: bytes = BODY, *, secret: str = SECRET, **also: str) -> dict[str, Any]:
    headers = {
        "X-Shopify-Hmac-Sha256": sign(body, secret),
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Webhook-Id": "delivery-1",
        "X-Shopify-Shop-Domain": "bloom.myshopify.example",
        "Content-Type": "application/json",
        **also,
    }
    return {"content": body, "headers": {name: value for name, value in headers.items() if value}}


def woocommerce(body: bytes = BODY, *, secret: str = SECRET) -> dict[str, Any]:
    headers = {
        "X-WC-Webhook-Signature": sign(body, secret),
        "X-WC-Webhook-Topic": "order.created",
        "X-WC-Webhook-Delivery-ID": "delivery-1",
        "Content-Type": "application/json",
    }
    return {"content": body, "headers": headers}


async def events() -> list[dict[str, Any]]:
    return await rows("SELECT * FROM inbound_events WHERE programme_id > 0 ORDER BY id")


async def jobs() -> list[dict[str, Any]]:
    return await rows("SELECT name, args, state FROM jobs WHERE programme_id > 0 ORDER BY id")


async def test_a_signed_delivery_is_kept_and_handed_to_the_worker(
    cast: Cast, client: httpx.AsyncClient
) -> None:
    answer = await client.post(f"/hooks/shopify/{cast.web.uid}", **shopify())
    assert (answer.status_code, answer.json()) == (200, {"received": "new"})
    (event,) = await events()
    assert (event["store_id"], event["topic"], event["delivery_id"]) == (
        cast.web.id,
        "orders/create",
        "delivery-1",
    )
    assert (event["body"], event["state"]) == (BODY.decode(), "new")
    (job,) = await jobs()
    assert (job["name"], job["state"]) == ("apply_event", "ready")


async def test_an_app_with_one_address_finds_the_store_by_its_domain(
    cast: Cast, client: httpx.AsyncClient
) -> None:
    answer = await client.post("/hooks/shopify", **shopify())
    assert answer.json() == {"received": "new"}
    (event,) = await events()
    assert event["store_id"] == cast.web.id


async def test_one_shop_in_two_programmes_is_told_apart_by_its_secret(
    cast: Cast, client: httpx.AsyncClient
) -> None:
    twin = await factories.store(cast.other_programme_id)
    await run(
        "UPDATE stores SET webhook_secret = 'the-other-merchants-own-secret', domain = {} WHERE programme_id = {}",
        "bloom.myshopify.example",
        cast.other_programme_id,
    )
    signed = shopify(secret="the-other-merchants-own-secret")
    assert (await client.post("/hooks/shopify", **signed)).status_code == 200
    (event,) = await events()
    assert (event["programme_id"], event["store_id"]) == (cast.other_programme_id, twin.id)


async def test_woocommerce_is_understood_too(cast: Cast, woo: Made, client: httpx.AsyncClient) -> None:
    answer = await client.post(f"/hooks/woocommerce/{woo.uid}", **woocommerce())
    assert answer.json() == {"received": "new"}
    (event,) = await events()
    assert (event["store_id"], event["topic"]) == (woo.id, "order.created")


async def test_woocommerces_unsigned_hello_is_answered_and_forgotten(
    cast: Cast, woo: Made, client: httpx.AsyncClient
) -> None:
    answer = await client.post(f"/hooks/woocommerce/{woo.uid}", content=b"webhook_id=12")
    assert (answer.status_code, answer.json()) == (200, {"received": "greeting"})
    assert await events() == []


async def test_the_same_delivery_again_is_answered_and_changes_nothing(
    cast: Cast, client: httpx.AsyncClient
) -> None:
    await client.post(f"/hooks/shopify/{cast.web.uid}", **shopify())
    answer = await client.post(f"/hooks/shopify/{cast.web.uid}", **shopify())
    assert (answer.status_code, answer.json()) == (200, {"received": "duplicate"})
    assert len(await events()) == 1
    assert len(await jobs()) == 1


async def test_the_previous_secret_stays_valid_during_rotation(cast: Cast, client: httpx.AsyncClient) -> None:
    answer = await client.post(f"/hooks/shopify/{cast.web.uid}", **shopify(secret=OLD_SECRET))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "signature", ["", "nonsense", sign(BODY, "another secret entirely"), sign(BODY + b" ", SECRET), "\u00e9"]
)
async def test_a_wrong_signature_is_refused_and_nothing_kept(
    cast: Cast, client: httpx.AsyncClient, signature: str
) -> None:
    sent = shopify()
    sent["headers"]["X-Shopify-Hmac-Sha256"] = signature.encode()
    answer = await client.post(f"/hooks/shopify/{cast.web.uid}", **sent)
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert await events() == []


async def test_a_store_without_a_secret_trusts_nobody(cast: Cast, client: httpx.AsyncClient) -> None:
    await run(
        "UPDATE stores SET webhook_secret = '', previous_webhook_secret = NULL WHERE programme_id = {}",
        cast.programme_id,
    )
    answer = await client.post(f"/hooks/shopify/{cast.web.uid}", **shopify(secret=""))
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["shopify/nobody", "woocommerce/nobody", "shopify"])
async def test_an_unknown_store_is_not_found(cast: Cast, client: httpx.AsyncClient, path: str) -> None:
    answer = await client.post(f"/hooks/{path}", **shopify(**{"X-Shopify-Shop-Domain": "nobody.example"}))
    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no such store."


async def test_a_store_is_not_found_under_another_platform(cast: Cast, client: httpx.AsyncClient) -> None:
    answer = await client.post(f"/hooks/woocommerce/{cast.web.uid}", **woocommerce())
    assert answer.status_code == 404


async def test_a_body_that_is_too_large_is_refused(cast: Cast, client: httpx.AsyncClient) -> None:
    answer = await client.post(f"/hooks/shopify/{cast.web.uid}", **shopify(b"x" * (LARGEST_BODY + 1)))
    assert answer.status_code == 413
    assert await events() == []


@pytest.mark.parametrize("body", [b"", b"not json", b"[" * 50_000, b'{"id": "\xff\x00\xed\xa0\x80"}'])
async def test_a_genuine_body_that_can_not_be_read_is_kept_for_a_person_to_see(
    cast: Cast, client: httpx.AsyncClient, body: bytes
) -> None:
    answer = await client.post(f"/hooks/shopify/{cast.web.uid}", **shopify(body))
    assert answer.status_code == 200
    (event,) = await events()
    assert event["state"] == "new"


@pytest.mark.parametrize("missing", ["X-Shopify-Topic", "X-Shopify-Webhook-Id"])
async def test_a_delivery_without_topic_or_id_is_refused_by_its_headers_name(
    cast: Cast, client: httpx.AsyncClient, missing: str
) -> None:
    answer = await client.post(f"/hooks/shopify/{cast.web.uid}", **shopify(**{missing: ""}))
    assert answer.status_code == 422
    assert missing.lower() in answer.json()["detail"]


async def test_a_topic_too_long_to_keep_is_refused(cast: Cast, client: httpx.AsyncClient) -> None:
    answer = await client.post(f"/hooks/shopify/{cast.web.uid}", **shopify(**{"X-Shopify-Topic": "t" * 81}))
    assert answer.status_code == 422


async def test_the_whole_app_takes_deliveries_without_session_or_csrf_token(cast: Cast, app: App) -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.example") as client:
        path = f"/hooks/shopify/{cast.web.uid}"
        assert (await client.post(path, **shopify())).json() == {"received": "new"}
        refused = await client.post(path, **shopify(secret="wrong"))
        assert (refused.status_code, refused.json()["status"]) == (401, 401)
        assert (await client.get(path)).status_code == 405


async def test_a_delivery_costs_four_statements(cast: Cast, client: httpx.AsyncClient) -> None:
    with watched() as statements:
        await client.post(f"/hooks/shopify/{cast.web.uid}", **shopify())
    assert [text.split()[0] for text in statements if text.split()[0] not in ("BEGIN", "COMMIT")] == [
        "SELECT",
        "INSERT",
        "SELECT",
        "INSERT",
    ]
