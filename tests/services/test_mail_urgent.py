"""A sign-in code goes before a campaign’s mails, and past a server that refuses or takes its time."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.engine import Database, insert_many, value
from db.ids import new_id
from loyalty import clock, mail
from loyalty.jobs import backoff
from loyalty.jobs.worker import Worker
from loyalty.mail import Letter, MailKind, transport
from loyalty.queue import New, enqueue_many
from tests.cast import Cast, assemble
from tests.mailbox import Mailbox, mailbox

__all__ = ["mailbox"]

HELLO = Letter(subject="Hello", heading="Hello")


@pytest.fixture
async def cast(db: Database) -> AsyncIterator[Cast]:
    transport.server.forgive()
    yield await assemble()
    transport.server.forgive()


async def test_a_code_goes_before_two_thousand_mails_that_wait_also_when_it_is_tried_again(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backoff, "FIRST", timedelta(milliseconds=100))
    await _crowd_the_outbox(2_000)
    stop = asyncio.Event()
    worker = asyncio.create_task(Worker().run(stop))
    await mailbox.until(lambda: len(mailbox.mails) >= 30)
    mailbox.rcpt = "450 Later"
    await mail.post(1, HELLO, to="rex@example.org", kind=MailKind.SIGN_IN, key="code", urgent=True)
    await mailbox.until(lambda: mailbox.asked_for["rex@example.org"] == 1)
    mailbox.rcpt = "250 OK"
    await mailbox.until(lambda: str(mailbox.mails[-1]["To"]) == "rex@example.org")
    stop.set()
    await worker
    assert mailbox.asked_for["rex@example.org"] == 2
    assert await value("SELECT count(*) FROM mails WHERE programme_id = 1 AND state = 'waiting'") > 1_000


async def test_a_code_waits_for_no_mail_that_stalls(cast: Cast, mailbox: Mailbox) -> None:
    await _crowd_the_outbox(40)
    mailbox.hangs_for = "crowd@example.org"
    stop = asyncio.Event()
    worker = asyncio.create_task(Worker(at_once=2).run(stop))
    await mailbox.until(lambda: mailbox.asked_for["crowd@example.org"] == 2)
    await mail.post(1, HELLO, to="rex@example.org", kind=MailKind.SIGN_IN, key="code", urgent=True)
    await mailbox.until(lambda: bool(mailbox.mails))
    assert (mailbox.last["To"], mailbox.asked_for["crowd@example.org"]) == ("rex@example.org", 2)
    stop.set()
    await worker


async def _crowd_the_outbox(count: int) -> None:
    """So many mails of a campaign wait."""
    now = clock.now()
    ids = [new_id(now) for _ in range(count)]
    mails = (
        "programme_id",
        "id",
        "uid",
        "address",
        "kind",
        "dedupe_key",
        "letter",
        "after",
        "state",
        "created_at",
    )
    letter = json.dumps(HELLO.stored)
    await insert_many(
        "mails",
        mails,
        [(1, each, f"crowd-{each}", "crowd@example.org", "campaign", str(each), letter, "{}", "waiting", now)
         for each in ids],
    )  # fmt: skip
    await enqueue_many([New(1, "send_mail", {"mail": each}, now) for each in ids])
