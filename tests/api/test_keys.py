"""What holds for every call: the key, its scopes and rate, repeats, and bodies nobody can read. PRODUCT N2."""

from datetime import timedelta
from typing import Any

import pytest

from db.engine import rows
from db.enums import ApiScope
from loyalty import clock
from loyalty.api_keys.managing import listing, revoke
from loyalty.settings import settings
from tests import factories
from tests.api.calling import Calling, Program, calling, shop
from tests.api.test_orders import ORDER
from tests.cast import Cast
from tests.factories import START
from tests.web.test_permissions import handlers
from web import keyed, rates
from web.openapi import document
from web.outer import App

__all__ = ["calling", "shop"]


@pytest.mark.parametrize("secret", ["", "nonsense", "programme-bloom." + "a" * 43, "x" * 5_000])
async def test_without_a_working_key_it_is_401_in_problem_json(
    shop: Cast, calling: Calling, secret: str
) -> None:
    program = Program((await calling()).client, secret)
    for answer in (
        await program.get("/customers", email="a@b.example"),
        await program.post("/orders", ORDER),
    ):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == 401
    assert "set-cookie" not in answer.headers


async def test_a_revoked_key_is_401_at_once(shop: Cast, calling: Calling) -> None:
    till = await calling()
    await revoke(1, (await listing(1))[0].uid, by=shop.mara)
    assert (await till.get("/customers", email="a@b.example")).status_code == 401


async def test_a_key_does_what_its_scopes_say_and_nothing_else(shop: Cast, calling: Calling) -> None:
    reader = await calling(ApiScope.CUSTOMERS_READ)
    assert (await reader.get("/customers", email="a@b.example")).status_code == 200
    refused = await reader.post("/orders", ORDER)
    assert refused.status_code == 403
    assert "orders:write" in refused.json()["detail"]
    for verb in ("reservation", "use", "release"):
        assert (await reader.post(f"/codes/ABCD/{verb}", {"till": "a"})).status_code == 403
    assert (await reader.get("/codes/ABCD")).status_code == 403


async def test_a_staff_cookie_is_no_key(shop: Cast, calling: Calling) -> None:
    program = Program((await calling()).client, "")
    program.client.cookies.set("session", "programme-bloom." + "a" * 43)
    assert (await program.post("/orders", ORDER)).status_code == 401


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"external_id": "a\\u0000b"}', 400),
        (b'{"external_id": "\\ud800"}', 400),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        (b'"text"', 422),
    ],
)
async def test_a_body_nobody_can_read_is_the_senders_fault(
    shop: Cast, calling: Calling, raw: bytes, status: int
) -> None:
    answer = await (await calling()).post("/orders", raw=raw)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_a_repeat_gets_the_first_answer_and_another_body_is_refused(
    shop: Cast, calling: Calling
) -> None:
    till = await calling()
    sent: dict[str, Any] = {**ORDER, "customer": {"uid": shop.ines.uid}}
    first = await till.post("/orders", sent, again="a-1")
    again = await till.post("/orders", sent, again="a-1")
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    other = await till.post("/orders", {**sent, "total_minor": 1}, again="a-1")
    assert (other.status_code, other.headers["content-type"]) == (409, "application/problem+json")
    assert "another request" in other.json()["detail"]
    assert len(await rows("SELECT id FROM orders WHERE programme_id = 1")) == 1
    assert (await till.post("/orders", sent, again="x" * 256)).status_code == 422


async def test_a_refusal_is_not_kept_so_the_same_request_may_work_later(shop: Cast, calling: Calling) -> None:
    till = await calling()
    sent: dict[str, Any] = {**ORDER, "store": "counter"}
    assert (await till.post("/orders", sent, again="k")).status_code == 422
    await factories.store(1, "counter")
    assert (await till.post("/orders", sent, again="k")).status_code == 201


async def test_too_many_requests_wait_for_the_next_minute(
    shop: Cast, calling: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = settings().model_copy(update={"api_per_minute": 2})
    monkeypatch.setattr(keyed, "settings", lambda: few)
    till = await calling()
    with clock.at(START + timedelta(seconds=50)):
        left = [(await till.get("/customers", email="a@b.example")).headers for _ in range(2)]
        assert [each["ratelimit-remaining"] for each in left] == ["1", "0"]
        refused = await till.get("/customers", email="a@b.example")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "10")
    with clock.at(START + timedelta(seconds=61)):
        assert (await till.get("/customers", email="a@b.example")).status_code == 200


def test_old_windows_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_REMEMBERED", 2)
    monkeypatch.setattr(rates, "_counted", {})
    for number in range(5):
        rates.take(f"key:{number}", 10, START + timedelta(minutes=number))
    assert len(rates._counted) <= 3


async def test_the_document_describes_every_call_and_no_other(app: App, shop: Cast, calling: Calling) -> None:
    answer = await Program((await calling()).client, "").get("/openapi.json")
    assert (answer.status_code, answer.json()) == (200, document())
    told = {
        (
            f"/api/v1{path}".replace("}", ":str}"),
            verb.upper(),
            call["description"],
        )
        for path, calls in document()["paths"].items()
        for verb, call in calls.items()
    }
    there = {
        (path, method, f"Scope: `{handler.opt['scope']}`.")
        for path, handler in handlers(app)
        if "scope" in handler.opt
        for method in getattr(handler, "http_methods", ())
    }
    assert told == there


async def test_an_unknown_address_and_method_are_problems_too(shop: Cast, calling: Calling) -> None:
    till = await calling()
    for answer in (await till.get("/nothing"), await till.get("/orders")):
        assert answer.status_code in (404, 405)
        assert answer.headers["content-type"] == "application/problem+json"
