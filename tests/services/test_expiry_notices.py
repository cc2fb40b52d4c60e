"""Points expire after a notice that a mail server has taken, and never otherwise. PRODUCT J1."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from db.engine import Database, rows, run, value
from loyalty import clock
from loyalty.bounces import reading, taking
from loyalty.bounces.taking import Taken
from loyalty.jobs.worker import Worker
from loyalty.ledger import expiring
from loyalty.mail import transport
from loyalty.members import expiry_notices
from tests import factories
from tests.bouncing import dsn
from tests.cast import Cast, assemble, assert_books_balance
from tests.crediting import credit_directly
from tests.factories import Person
from tests.mailbox import Mailbox, mailbox

__all__ = ["mailbox"]

EARNED = datetime(2026, 1, 10, 9, tzinfo=UTC)
SOON = datetime(2026, 12, 20, 8, tzinfo=UTC)
LATER = datetime(2027, 1, 5, 8, tzinfo=UTC)
PAST = datetime(2027, 1, 12, 8, tzinfo=UTC)


@pytest.fixture
async def cast(db: Database) -> AsyncIterator[Cast]:
    transport.server.forgive()
    people = await assemble()
    await run("UPDATE programmes SET expiry_policy = 'rolling', expiry_months = 12 WHERE programme_id = 1")
    await factories.give(people.ines, 300, at=EARNED)
    yield people
    await assert_books_balance()


async def night(moment: datetime) -> int:
    """The nine o'clock run of a day, and whatever it put into the queue."""
    with clock.at(moment):
        posted = await expiry_notices.send_due(1)
        await Worker().step()
    return posted


async def left(person: Person, moment: datetime) -> int:
    with clock.at(moment):
        await expiring.sweep(1)
    return await factories.balance(person)


async def test_points_expire_on_their_day_after_both_notices(cast: Cast, mailbox: Mailbox) -> None:
    await factories.reward(1, "Any hot drink", price=250)
    assert await night(SOON) == 1
    assert await night(SOON + timedelta(days=1)) == 0, "it was told"
    assert await night(LATER) == 1, "and is told again seven days before"
    assert [mail["Subject"] for mail in mailbox.mails] == ["300 points expire on January 10, 2027"] * 2
    assert "Hi Ines, these points are good until then." in mailbox.text()
    assert "Any hot drink: 250 points" in mailbox.text()
    assert await left(cast.ines, LATER) == 300
    assert await left(cast.ines, PAST) == 0


async def test_nothing_expires_while_the_mail_server_is_down(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.rcpt = "450 Not now"
    await night(SOON)
    await night(LATER)
    assert await left(cast.ines, PAST) == 300


async def test_a_notice_that_arrives_late_gives_seven_full_days(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.rcpt = "450 Not now"
    await night(LATER)
    mailbox.rcpt = "250 OK"
    with clock.at(LATER + timedelta(hours=2)):
        await Worker().step()
    assert await left(cast.ines, PAST) == 300
    assert await left(cast.ines, LATER + timedelta(days=8)) == 0
    moved = await rows("SELECT reason FROM expiry_moves WHERE programme_id = 1")
    assert len(moved) == 1


async def test_a_notice_that_may_not_have_arrived_does_not_count(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.drops = True
    await night(SOON)
    await night(LATER)
    assert await left(cast.ines, PAST) == 300


async def test_a_notice_that_came_back_lets_nothing_expire(cast: Cast, mailbox: Mailbox) -> None:
    await night(SOON)
    await night(LATER)
    second, first = (str(mail["Message-ID"]) for mail in reversed(mailbox.mails))
    notified = "SELECT notified_at FROM lots WHERE programme_id = 1"
    for report in reading.read(dsn(second)):
        assert await taking.take(report) is Taken.BOUNCED
    assert await value(notified) is not None, "the first notice holds"
    for report in reading.read(dsn(first)):
        assert await taking.take(report) is Taken.BOUNCED
    assert await value(notified) is None
    assert await left(cast.ines, PAST) == 300


async def test_a_refused_address_loses_nothing_and_a_new_one_is_told(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.rcpt = "550 Nobody here"
    await night(SOON)
    mailbox.rcpt = "250 OK"
    assert await night(SOON + timedelta(days=1)) == 0
    await run(
        "UPDATE customers SET email = 'i@example.org', email_key = 'i@example.org'"
        " WHERE programme_id = 1 AND id = {}",
        cast.ines.id,
    )
    assert await night(SOON + timedelta(days=2)) == 1
    assert mailbox.last["To"] == "i@example.org"
    assert await value("SELECT notified_at FROM lots WHERE programme_id = 1") is not None


async def test_a_guest_is_told_nothing_and_loses_nothing(cast: Cast, mailbox: Mailbox) -> None:
    with clock.at(EARNED):
        await credit_directly(1, cast.olu.id, 80)
    await night(SOON)
    await night(LATER)
    assert {mail["To"] for mail in mailbox.mails} == {"ines@example.org"}
    assert await left(cast.olu, PAST) == 80


async def test_a_notice_is_in_the_language_of_its_reader(cast: Cast, mailbox: Mailbox) -> None:
    await run("UPDATE customers SET language = 'ar-XB' WHERE programme_id = 1 AND id = {}", cast.ines.id)
    await night(SOON)
    assert str(mailbox.last["Subject"]).startswith("⟦")
    assert 'dir="rtl"' in mailbox.text("html")
