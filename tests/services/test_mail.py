"""Mail to customers through a real SMTP server, and everything that can go wrong with one."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from db.engine import Database, one, rows, run, value
from loyalty import clock, mail
from loyalty.customers.privacy import erase
from loyalty.jobs.worker import Worker
from loyalty.mail import Button, Letter, MailKind, delivering, transport
from loyalty.mail.envelopes import BadAddress, bare, one_line
from loyalty.mail.suppressing import suppressed
from loyalty.queue import enqueue
from loyalty.settings import settings
from tests.cast import Cast, assemble
from tests.mailbox import Mailbox, mailbox

__all__ = ["mailbox"]

HELLO = Letter(
    subject="300 points expire on 31 December",
    heading="300 points expire on 31 December",
    paragraphs=("Hi Ines, these are the points you earned a year ago.",),
    figure="2,480",
    caption="points, Gold member",
    button=Button("Choose a reward", "/portal/rewards"),
    why="This belongs to your membership.",
)


@pytest.fixture
async def cast(db: Database) -> AsyncIterator[Cast]:
    transport.server.forgive()
    yield await assemble()
    transport.server.forgive()


async def send(key: str = "k", *, to: str = "ines@example.org", **more: Any) -> bool:
    return await mail.post(1, HELLO, to=to, kind=MailKind.EXPIRY_NOTICE, key=key, **more) is not None


async def work() -> None:
    await Worker().step()


async def state(key: str = "k") -> str:
    return str(await value("SELECT state FROM mails WHERE programme_id = 1 AND dedupe_key = {}", key))


async def test_a_letter_arrives_as_text_and_as_html(cast: Cast, mailbox: Mailbox) -> None:
    assert await send(customer_id=cast.ines.id)
    await work()
    assert await state() == "sent"
    assert mailbox.last["From"] == "Bloom <hello@shop.example>"
    assert mailbox.last["To"] == "ines@example.org"
    assert mailbox.last["Subject"] == HELLO.subject
    assert "Choose a reward: http://shop.example/portal/rewards" in mailbox.text()
    html = mailbox.text("html")
    assert 'href="http://shop.example/portal/rewards"' in html
    assert "background: #0f6b7a" in html, "the shop's colour is inlined"
    assert mailbox.last["List-Unsubscribe"] is None


async def test_what_was_said_is_not_kept_once_it_is_sent(cast: Cast, mailbox: Mailbox) -> None:
    await send()
    await work()
    row = await one("SELECT letter FROM mails WHERE programme_id = 1")
    assert row is not None
    assert row["letter"] in ("{}", {})


async def test_a_key_is_posted_once(cast: Cast, mailbox: Mailbox) -> None:
    assert await send()
    assert not await send()
    await work()
    assert len(mailbox.mails) == 1


async def test_a_server_that_is_down_is_asked_again_later(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGULARS_SMTP_URL", "smtp://127.0.0.1:9")
    settings.cache_clear()
    await send()
    await work()
    settings.cache_clear()
    job = await one("SELECT state, attempts, last_error FROM jobs WHERE programme_id = 1")
    assert job is not None
    assert (job["state"], job["attempts"], await state()) == ("ready", 1, "waiting")
    assert "can’t be reached" in job["last_error"]


async def test_a_450_is_tried_again_and_then_arrives(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.rcpt = "450 Mailbox busy"
    await send()
    await work()
    assert (await state(), mailbox.mails) == ("waiting", [])
    mailbox.rcpt = "250 OK"
    with clock.at(clock.now() + timedelta(seconds=10)):
        await work()
    assert (await state(), len(mailbox.mails)) == ("sent", 1)


async def test_a_550_for_the_address_suppresses_it(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.rcpt = "550 No such user"
    await send()
    await work()
    assert await state() == "refused"
    assert await suppressed(1, "Ines@example.org")
    mailbox.rcpt = "250 OK"
    await send("second")
    await work()
    assert (await state("second"), mailbox.mails) == ("dropped", [])


async def test_a_code_that_was_asked_for_goes_to_a_suppressed_address(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.rcpt = "550 No such user"
    await send()
    await work()
    mailbox.rcpt = "250 OK"
    await mail.post(1, HELLO, to="ines@example.org", kind=MailKind.SIGN_IN, key="code", urgent=True)
    await work()
    assert await state("code") == "sent"
    assert await suppressed(1, "ines@example.org"), "it may still come back"


async def test_a_554_for_the_text_is_final_but_says_nothing_of_the_address(
    cast: Cast, mailbox: Mailbox
) -> None:
    mailbox.data = "554 Looks like spam"
    await send()
    await work()
    assert await state() == "refused"
    assert not await suppressed(1, "ines@example.org")


async def test_a_server_that_stalls_is_left_and_asked_again(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.hangs = True
    await send("a")
    await send("b")
    await work()
    assert {await state("a"), await state("b")} == {"waiting"}
    error = await value("SELECT last_error FROM jobs WHERE programme_id = 1 ORDER BY id LIMIT 1")
    assert "TimeoutError" in error or "moment ago" in error


async def test_a_connection_lost_after_the_text_is_never_sent_again(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.drops = True
    await send()
    await work()
    assert (await state(), len(mailbox.mails)) == ("unknown", 1)
    with clock.at(clock.now() + timedelta(hours=2)):
        await work()
    assert len(mailbox.mails) == 1


async def test_a_worker_that_died_while_sending_leaves_it_unknown(cast: Cast, mailbox: Mailbox) -> None:
    await send()
    row = (await run("UPDATE mails SET state = 'sending' WHERE programme_id = 1 RETURNING id"))[0]
    await work()
    assert (await state(), mailbox.mails) == ("unknown", [])
    await delivering.deliver(1, row["id"])
    assert mailbox.mails == []


async def test_a_worker_stopped_while_handing_over_does_not_send_again(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stopped(*args: Any) -> None:
        raise asyncio.CancelledError

    await send()
    with monkeypatch.context() as patch:
        patch.setattr("aiosmtplib.SMTP.data", stopped)
        await work()
    assert await state() == "unknown"
    with clock.at(clock.now() + timedelta(hours=2)):
        await work()
    assert mailbox.mails == []


async def test_what_is_too_late_to_be_of_use_is_dropped(cast: Cast, mailbox: Mailbox) -> None:
    await send(good_until=clock.now() + timedelta(minutes=10))
    with clock.at(clock.now() + timedelta(minutes=11)):
        await work()
    assert (await state(), mailbox.mails) == ("dropped", [])


async def test_what_follows_a_delivery_is_queued_with_it(cast: Cast, mailbox: Mailbox) -> None:
    await send(then=("tidy_up", {"lots": [1, 2]}))
    mailbox.rcpt = "450 Later"
    await work()
    names = [row["name"] for row in await rows("SELECT name FROM jobs WHERE programme_id = 1")]
    assert names == ["send_mail"]
    mailbox.rcpt = "250 OK"
    with clock.at(clock.now() + timedelta(seconds=10)):
        await work()
    assert "tidy_up" in [row["name"] for row in await rows("SELECT name FROM jobs WHERE programme_id = 1")]


async def test_a_kind_one_may_unsubscribe_from_says_how(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MailKind, "transactional", property(lambda kind: False))
    with pytest.raises(ValueError, match="unsubscribe"):
        await send()
    await send(unsubscribe="/portal/unsubscribe/token")
    await work()
    assert mailbox.last["List-Unsubscribe"] == "<http://shop.example/portal/unsubscribe/token>"
    assert mailbox.last["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "http://shop.example/portal/unsubscribe/token" in mailbox.text()


@pytest.mark.parametrize(
    "to", ["ines@example.org\nBcc: rex@example.org", "a@b@c", "<x@y>", "ines", "jürgen@example.org"]
)
async def test_an_address_that_could_be_more_than_one_gets_nothing(
    cast: Cast, mailbox: Mailbox, to: str
) -> None:
    with pytest.raises(BadAddress):
        bare(to)
    await send(to=to)
    await work()
    assert (await state(), mailbox.mails) == ("refused", [])


async def test_no_words_can_become_a_header(cast: Cast, mailbox: Mailbox) -> None:
    evil = "Hello\r\nBcc: rex@example.org\n\n<script>alert(1)</script>"
    letter = Letter(subject=evil, heading=evil, paragraphs=(evil,), why=evil)
    await mail.post(1, letter, to="ines@example.org", kind=MailKind.SIGN_IN, key="evil")
    await work()
    assert mailbox.last["Bcc"] is None
    assert mailbox.last["Subject"] == one_line(evil)
    assert "<script>" not in mailbox.text("html")


async def test_an_erased_person_is_sent_nothing_and_their_mails_are_gone(
    cast: Cast, mailbox: Mailbox
) -> None:
    await send(customer_id=cast.ines.id)
    await mail.post(1, HELLO, to="Ines@Example.org", kind=MailKind.SIGN_IN, key="code")
    await erase(1, cast.ines.id, reason="Asked for it")
    await work()
    assert mailbox.mails == []
    assert await rows("SELECT id FROM mails WHERE programme_id = 1") == []


async def test_a_mail_job_of_a_mail_that_is_gone_does_nothing(cast: Cast, mailbox: Mailbox) -> None:
    await enqueue(1, "send_mail", {"mail": 5})
    await work()
    assert await value("SELECT state FROM jobs WHERE programme_id = 1") == "done"
