"""Something happens to somebody, and the message goes to them: once, later, or not at all. PRODUCT M5."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.engine import rows, run, value
from loyalty import clock
from loyalty.mail import transport
from tests import factories
from tests.automating import DAY, nights, outcomes, switched_on, work
from tests.campaigning import NOON, agree
from tests.cast import Cast, assert_books_balance
from tests.factories import Person
from tests.mailbox import Mailbox, mailbox

__all__ = ["mailbox"]

NIGHT = NOON + timedelta(hours=14)
"""Two in the morning in Berlin, the night after."""


@pytest.fixture(autouse=True)
async def fresh(cast: Cast) -> AsyncIterator[None]:
    transport.server.forgive()
    with clock.at(NOON):
        yield
    transport.server.forgive()


async def newcomer(name: str) -> Person:
    """Somebody who joins, and so becomes a New Enthusiast."""
    person = await factories.customer(1, name)
    await run(
        "UPDATE customers SET joined_at = {} WHERE programme_id = 1 AND id = {}", clock.now(), person.id
    )
    await agree(person)
    return person


async def test_who_stays_in_a_segment_for_two_nights_gets_one_message_a_day_later(
    cast: Cast, mailbox: Mailbox
) -> None:
    await nights(NIGHT - 2 * DAY, 1)
    made = await switched_on(cast, "new_enthusiasts", delay=DAY)
    with clock.at(NOON + timedelta(hours=1)):
        lou = await newcomer("Lou")
    second = await nights(NIGHT - DAY, 2)
    assert await outcomes(made) == {"Lou": ["waiting"]}
    await work(second)
    assert (await outcomes(made), mailbox.mails) == ({"Lou": ["waiting"]}, [])
    await work(second + DAY)
    assert await outcomes(made) == {"Lou": ["waiting"]}  # a place, and quiet hours
    assert await value("SELECT count(*) FROM campaign_recipients WHERE programme_id = 1") == 1
    await work(second + DAY + timedelta(hours=9))
    assert await outcomes(made) == {"Lou": ["delivered"]}
    assert [str(mail["To"]) for mail in mailbox.mails] == [lou.email]
    assert await factories.balance(lou) == 25
    await nights(second, 4)
    await work(second + 6 * DAY)
    assert len(mailbox.mails) == 1
    assert await rows("SELECT 1 FROM campaigns WHERE programme_id = 1 AND state = 'sent'") == []
    await assert_books_balance()
