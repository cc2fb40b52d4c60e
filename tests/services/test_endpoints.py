"""Text messages handed to an endpoint: signed, once under one id, tried again, and never into a private network."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.engine import rows, run, value
from db.enums import ContactChannel
from loyalty import clock, undo
from loyalty.campaigns import arriving, scheduling
from loyalty.customers.privacy import erase
from loyalty.endpoints import calling, reaching, setting
from loyalty.errors import AlreadyDone, Invalid, NotFound
from loyalty.integrations import standard_webhooks
from loyalty.jobs.worker import Worker
from loyalty.ledger.verifying import verify
from loyalty.mail import transport
from loyalty.rules.campaigns.channels import Channels
from tests.campaigning import NOON, Plan, arrive, places, scheduled, segment, sent, work
from tests.cast import Cast
from tests.factories import Person
from tests.rows import insert
from tests.taking import Taker, taker

__all__ = ["taker"]

TEXTS = Channels((ContactChannel.SMS,))


@pytest.fixture(autouse=True)
async def at_noon(cast: Cast) -> AsyncIterator[None]:
    transport.server.forgive()
    with clock.at(NOON):
        yield


async def wants_texts(person: Person) -> None:
    await run("UPDATE customers SET phone = '+49301' WHERE programme_id = 1 AND id = {}", person.id)
    await insert("contact_choices", programme_id=1, customer_id=person.id, sms=True, changed_at=NOON)


async def test_a_text_is_signed_with_all_it_needs_and_believed(cast: Cast, taker: Taker) -> None:
    kept = await setting.keep(1, taker.url, by=cast.mara)
    assert kept.secret
    await wants_texts(cast.ines)
    loyals = await segment("Loyals", cast.ines, cast.rex)
    made = await sent(cast, Plan(segments=(loyals.uid,), channels=TEXTS))
    assert await places(made) == {"Ines": "delivered", "Rex": "no_phone"}
    (headers, body) = taker.got[0]
    told = json.loads(body)
    data = told["data"]
    assert (told["type"], data["campaign"], data["customer"]) == ("campaign.message", made.uid, cast.ines.uid)
    assert (data["phone"], data["subject"]) == ("+49301", "Ines, we miss you")
    assert "Hi Ines, you have 0 points." in data["text"]
    assert data["links"][0]["label"] == "Come back"
    assert "/c/" in data["links"][0]["url"]
    assert "/unsubscribe/" in data["unsubscribe"]
    assert "/why/" in data["why"]
    now = NOON + timedelta(minutes=2)
    assert standard_webhooks.verified(headers, body.encode(), [kept.secret], now)
    assert not standard_webhooks.verified(headers, body.encode() + b" ", [kept.secret], now)
    kept_data = await value("SELECT data FROM endpoint_calls WHERE programme_id = 1")
    assert kept_data in ({}, "{}")
    await erase(1, cast.ines.id, reason="Asked for it")
    assert await rows("SELECT id FROM endpoint_calls WHERE programme_id = 1") == []


async def test_it_is_tried_again_under_the_same_id_and_refused_with_its_reason(
    cast: Cast, taker: Taker
) -> None:
    await setting.keep(1, taker.url, by=cast.mara)
    await wants_texts(cast.ines)
    loyals = await segment("Loyals", cast.ines)
    taker.answers = [500, 429, 200]
    again = await scheduled(cast, Plan(segments=(loyals.uid,), channels=TEXTS), key="a")
    await arrive()
    assert await places(again) == {"Ines": "delivered"}
    assert len({headers["webhook-id"] for headers, _ in taker.got}) == 1
    assert len(taker.got) == 3
    assert [(each.taken, each.refused) for each in await arriving.by_arm(1, (again,))] == [(1, 0)]
    for status, words in ((410, "answered 410"), (302, "answered 302")):
        taker.answers = [status]
        refused = await scheduled(cast, Plan(segments=(loyals.uid,), channels=TEXTS), key=str(status))
        await arrive()
        assert await places(refused) == {"Ines": "failed"}
        note = "SELECT note FROM campaign_recipients WHERE programme_id = 1 AND campaign_id = {}"
        assert words in await value(note, refused.id)
        assert [(each.taken, each.refused) for each in await arriving.by_arm(1, (refused,))] == [(0, 1)]
    assert await verify() == []


async def test_a_text_that_was_called_back_goes_out_once_and_only_while_it_is_wanted(
    cast: Cast, taker: Taker
) -> None:
    await setting.keep(1, taker.url, by=cast.mara)
    await wants_texts(cast.ines)
    taker.answers = [503]
    loyals = await segment("Loyals", cast.ines)
    made = await scheduled(cast, Plan(segments=(loyals.uid,), channels=TEXTS))
    await work()
    await scheduling.pause(1, made.uid, by=cast.mara)
    assert await places(made) == {"Ines": "waiting"}
    taker.answers = [200]
    await scheduling.resume(1, made.uid, by=cast.mara)
    await work(NOON + timedelta(hours=1))
    assert await places(made) == {"Ines": "delivered"}
    assert len({headers["webhook-id"] for headers, _ in taker.got}) == 1
    await run("UPDATE contact_choices SET sms = true WHERE programme_id = 1")
    taker.answers = [503]
    other = await scheduled(cast, Plan(segments=(loyals.uid,), channels=TEXTS), key="other")
    await work()
    await run("UPDATE contact_choices SET sms = false WHERE programme_id = 1")
    taker.answers = [200]
    await work(NOON + timedelta(hours=1))
    assert await places(other) == {"Ines": "texts_stopped"}


async def test_a_name_that_leads_into_a_private_network_is_never_called(
    cast: Cast, taker: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url in (taker.url.replace("127.0.0.1", "localhost"), taker.url):
        with pytest.raises(reaching.Refused, match="private network"):
            await reaching.post(url, "{}", {}, private=False)
    assert taker.got == []
    with pytest.raises(reaching.NotNow, match="can’t be reached"):
        await reaching.post("http://127.0.0.1:9/", "{}", {}, private=True)


async def test_an_endpoint_is_set_tried_given_another_secret_and_taken_away(cast: Cast, taker: Taker) -> None:
    with pytest.raises(NotFound):
        await calling.test(1, by=cast.mara)
    first = await setting.keep(1, taker.url, by=cast.mara)
    assert (await setting.keep(1, taker.url, by=cast.mara)).action is None
    assert first.secret not in str(await rows("SELECT secret FROM endpoints WHERE programme_id = 1"))
    second = await setting.rotate(1, by=cast.mara)
    with pytest.raises(Invalid, match="a moment ago"):
        await setting.rotate(1, by=cast.mara)
    await calling.test(1, by=cast.mara)
    await Worker().step()
    headers, body = taker.got[-1]
    for secret in (first.secret, second.secret):
        assert secret
        assert standard_webhooks.verified(headers, body.encode(), [secret], NOON)
    assert [call.state for call in await setting.calls(1)] == ["sent"]
    with clock.at(NOON + timedelta(hours=25)):
        found = await setting.find(1)
        assert found is not None
        assert found.secrets == (second.secret,)
    moved = await setting.keep(1, taker.url + "2", by=cast.mara)
    assert moved.action is not None
    await undo.undo(1, moved.action.uid, by=cast.mara)
    assert (await setting.find(1) or found).url == taker.url
    assert first.action is not None
    await undo.undo(1, first.action.uid, by=cast.mara)
    assert not await setting.is_set(1)
    await setting.keep(1, taker.url, by=cast.mara)
    await setting.remove(1, by=cast.mara)
    with pytest.raises((AlreadyDone, NotFound)):
        await setting.remove(1, by=cast.mara)
