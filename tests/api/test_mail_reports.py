"""/hooks/mail: what mail services report, signed as Standard Webhooks has it. PRODUCT M5, N2."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar

from db.enums import ContactChannel
from loyalty import clock
from loyalty.integrations import standard_webhooks
from loyalty.mail import suppressing, transport
from loyalty.preferences import consent
from loyalty.rules.consent import Refusal
from loyalty.settings import settings
from tests.bouncing import SECRET, webhook
from tests.campaigning import NOON, Plan, agree, places, segment, sent
from tests.cast import Cast, assemble
from tests.mailbox import Mailbox, mailbox
from web import errors
from web.handlers.hooks import hooks_router

__all__ = ["mailbox"]

OLD = "whsec_" + "b2xkb2xk" * 5


@pytest.fixture
async def cast(db: object) -> AsyncIterator[Cast]:
    transport.server.forgive()
    made = await assemble()
    with clock.at(NOON):
        yield made
    transport.server.forgive()


@pytest.fixture
async def client(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setenv("REGULARS_MAIL_HOOK_SECRET", f"{SECRET} {OLD}")
    settings.cache_clear()
    app = Litestar([hooks_router], exception_handlers={Exception: errors.answer}, openapi_config=None)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://shop.example"
    ) as opened:
        yield opened


async def told(client: httpx.AsyncClient, request: dict[str, Any]) -> tuple[int, str]:
    answer = await client.post("/hooks/mail", **request)
    return answer.status_code, str(answer.json().get("received", ""))


async def test_bounces_complaints_and_unsubscriptions_count_once(
    cast: Cast, mailbox: Mailbox, client: httpx.AsyncClient
) -> None:
    await agree(cast.ines, cast.rex)
    loyals = await segment("Loyals", cast.ines, cast.rex)
    made = await sent(cast, Plan(segments=(loyals.uid,)))
    ids = {str(mail["To"]): str(mail["Message-ID"]) for mail in mailbox.mails}
    bounce = webhook("bounce", ids["ines@example.org"], status="5.1.1", reason="No\nsuch user")
    assert await told(client, bounce) == (200, "bounced")
    assert await told(client, bounce) == (200, "known")
    assert await places(made) == {"Ines": "bounced", "Rex": "delivered"}
    assert await suppressing.suppressed(1, "ines@example.org")
    for kind in ("unsubscribe", "complaint"):
        wants_no_more = webhook(kind, ids["rex@example.org"], address="Rex@Example.org", secret=OLD)
        assert await told(client, wants_no_more) == (200, "unsubscribed")
        assert await told(client, wants_no_more) == (200, "known")
    verdict = await consent.may_send(1, cast.rex.id, ContactChannel.EMAIL)
    assert verdict is Refusal.UNSUBSCRIBED
    elsewhere = webhook("bounce", ids["rex@example.org"], status="5.1.1", address="ines@example.org")
    assert await told(client, elsewhere) == (200, "not_ours")


async def test_nothing_is_taken_that_is_unsigned_old_or_unreadable(
    cast: Cast, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = webhook("bounce", "<abcdefgh.p@shop.example>", status="5.1.1")
    assert await told(client, genuine) == (200, "not_ours")
    unsigned = [
        {**genuine, "content": genuine["content"] + b" "},
        {"content": genuine["content"]},
        webhook("bounce", "<a.b@c>", secret="whsec_" + "YW5vdGhl" * 4),
        *({**genuine, "headers": {**genuine["headers"], name: bad}}
          for name in standard_webhooks.headers("x", NOON, b"", SECRET)
          for bad in ("", "v1,", "99999999999999", "-1", "½", "1e9", "v1," + "A" * 5000)),
    ]  # fmt: skip
    with clock.at(NOON - timedelta(minutes=6)):
        unsigned.append(webhook("bounce", "<a.b@c>"))
    for request in unsigned:
        request["headers"] = {name: text.encode() for name, text in request.get("headers", {}).items()}
        assert await told(client, request) == (401, "")
    for body in (b"", b"[]", b"{", b"\xff", b'{"type": "bounce"}', b'{"type": [], "data": {"address": 5}}'):
        signed = {"content": body, "headers": standard_webhooks.headers("m", NOON, body, SECRET)}
        assert await told(client, signed) == (200, "unreadable")
    monkeypatch.delenv("REGULARS_MAIL_HOOK_SECRET")
    settings.cache_clear()
    assert (await client.post("/hooks/mail", **genuine)).status_code == 404


def test_the_signature_is_that_of_the_specification() -> None:
    # The example of https://github.com/standard-webhooks/standard-webhooks, in its libraries' own tests.
    at = datetime.fromtimestamp(1614265330, UTC)
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    made = standard_webhooks.headers("msg_p5jXN8AQM9LWM0D4loKWxJek", at, body, secret)
    assert made[standard_webhooks.SIGNATURE] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert standard_webhooks.verified(made, body, [secret], at + timedelta(minutes=5))
    assert not standard_webhooks.verified(made, body, [secret], at + timedelta(minutes=5, seconds=1))
