"""A campaign by mail, in the portal and as a text: whom each reaches, once, and what becomes of it. PRODUCT M1."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import product

import pytest

from db.engine import one, rows, run, value, watched
from db.enums import CampaignState, ContactChannel, ContactTopic, LeftOut
from loyalty import clock, messages
from loyalty.campaigns import arriving, audience, explaining, listing, scheduling
from loyalty.customers import privacy
from loyalty.endpoints import setting
from loyalty.errors import Invalid, NotFound
from loyalty.ledger.verifying import verify
from loyalty.mail import transport
from loyalty.mail.listing import messages as sent_to
from loyalty.preferences import consent
from loyalty.rules.campaigns.channels import Channels, reason
from tests import factories
from tests.campaigning import NOON, Plan, agree, drafted, places, scheduled, segment, sent, work
from tests.cast import Cast
from tests.factories import Person
from tests.mailbox import Mailbox, mailbox
from tests.rows import insert

__all__ = ["mailbox"]

EMAIL, SMS, PORTAL = ContactChannel.EMAIL, ContactChannel.SMS, ContactChannel.PORTAL
BOTH = Channels((EMAIL, PORTAL))


@pytest.fixture(autouse=True)
async def at_noon(cast: Cast) -> AsyncIterator[None]:
    transport.server.forgive()
    with clock.at(NOON):
        yield
    transport.server.forgive()


async def choose(person: Person, **choices: bool | None) -> None:
    await insert("contact_choices", programme_id=1, customer_id=person.id, changed_at=NOON, **choices)


async def newest(person: Person) -> messages.Message:
    found = await messages.listing(1, person.id)
    return found.items[0]


async def test_the_statement_judges_each_channel_as_the_rule_does(cast: Cast) -> None:
    people = [cast.ines, cast.olu, cast.pia]
    for number, (chosen, phone) in enumerate(product((None, True, False), ("+49 30 1", None))):
        person = await factories.customer(1, f"P{number}")
        await run("UPDATE customers SET phone = {} WHERE programme_id = 1 AND id = {}", phone, person.id)
        await choose(person, sms=chosen, portal=chosen)
        people.append(person)
    everybody = await segment("All", *people)
    await setting.keep(1, "https://texts.example/in", by=cast.mara)
    for channel in (SMS, PORTAL):
        made = await drafted(
            Plan(segments=(everybody.uid,), channels=Channels((channel,))), cast.mara, key=channel
        )
        sql = audience.judged(1, made, NOON)
        found = {
            row["customer_id"]: row["why"]
            for row in await rows(f"SELECT j.customer_id, j.why FROM ({sql.sql}) j", *sql.args)
        }
        by_rule = await consent.judged(1, list(found), channel)
        assert found == {each: reason(no, channel) if no else "" for each, no in by_rule.items()}


async def test_whoever_one_channel_reaches_counts_once_and_each_channel_says_why_not(cast: Cast) -> None:
    await agree(cast.ines)
    quiet = await factories.customer(1, "Quinn")
    await choose(quiet, portal=False)
    all_of_them = await segment("All", cast.ines, cast.rex, cast.olu, quiet)
    made = await drafted(Plan(segments=(all_of_them.uid,), channels=BOTH), cast.mara)
    with watched() as asked:
        counted = await audience.count(1, made)
    assert len(asked) == 1
    assert (counted.found, counted.reached) == (4, 2)
    assert counted.left_out == {LeftOut.NO_CHANNEL: 2}
    mail, portal = counted.ways
    assert (mail.reached, mail.left_out) == (1, {LeftOut.NOT_ASKED: 3})
    assert (portal.reached, portal.left_out) == (
        2,
        {LeftOut.NOT_MEMBER: 1, LeftOut.PORTAL_STOPPED: 1},
    )
    by = await audience.people(1, made, None, by=(PORTAL, LeftOut.PORTAL_STOPPED))
    assert [person.uid for person in by.items] == [quiet.uid]
    reached = await audience.people(1, made, None, by=(EMAIL, None))
    assert [person.uid for person in reached.items] == [cast.ines.uid]


async def test_a_message_in_the_portal_and_a_mail_are_one_delivery(cast: Cast, mailbox: Mailbox) -> None:
    await agree(cast.ines)
    loyals = await segment("Loyals", cast.ines, cast.rex, cast.olu)
    made = await sent(cast, Plan(segments=(loyals.uid,), channels=BOTH))
    assert await places(made) == {"Ines": "delivered", "Rex": "delivered", "Olu": "no_channel"}
    assert [str(mail["To"]) for mail in mailbox.mails] == ["ines@example.org"]
    mail, portal = await arriving.by_arm(1, (made,))
    assert ((mail.channel, mail.people, mail.measured), (portal.people, portal.opened)) == (
        (EMAIL, 1, 0),
        (2, 0),
    )
    message = await newest(cast.ines)
    assert (message.subject, message.read) == ("Ines, we miss you", None)
    assert "<strong>Ines</strong>" in message.body
    assert "/c/" in message.body
    olu = (await listing.progress(1, made.uid, "left_out")).people.items[0]
    assert olu.note == "email:not_asked portal:not_member"
    assert (await messages.newest(1, cast.ines.id)) == message
    await messages.put_away(1, cast.ines.id, message.uid)
    assert await messages.newest(1, cast.ines.id) is None
    assert await messages.unread(1, cast.ines.id) == 1
    assert (await messages.opened(1, cast.ines.id, message.uid, counts=False)).read is None
    await messages.opened(1, cast.ines.id, message.uid)
    assert await messages.unread(1, cast.ines.id) == 0
    with pytest.raises(NotFound):
        await messages.opened(1, cast.rex.id, message.uid)
    assert [each.opened for each in await arriving.by_arm(1, (made,))] == [0, 1]
    listed = (await sent_to(1, cast.ines.uid)).rows
    assert {(each.channel, each.campaign and each.campaign.segment) for each in listed} == {
        (EMAIL, "Loyals"),
        (PORTAL, "Loyals"),
    }
    assert await verify() == []


async def test_a_mail_that_fails_leaves_the_message_delivered_and_says_so(
    cast: Cast, mailbox: Mailbox
) -> None:
    await agree(cast.ines)
    loyals = await segment("Loyals", cast.ines)
    mailbox.data = "554 Looks like spam"
    made = await sent(cast, Plan(segments=(loyals.uid,), channels=BOTH))
    assert (await places(made), made.state) == ({"Ines": "delivered"}, CampaignState.SENT)
    assert "554" in await value("SELECT note FROM campaign_recipients WHERE programme_id = 1")


async def test_paused_and_cancelled_leave_what_is_in_the_portal_delivered(
    cast: Cast, mailbox: Mailbox
) -> None:
    await agree(cast.ines)
    loyals = await segment("Loyals", cast.ines, cast.rex)
    mailbox.rcpt = "450 Later"
    made = await scheduled(cast, Plan(segments=(loyals.uid,), channels=BOTH))
    await work()
    assert await places(made) == {"Ines": "posted", "Rex": "delivered"}
    await scheduling.pause(1, made.uid, by=cast.mara)
    assert await places(made) == {"Ines": "waiting", "Rex": "delivered"}
    await scheduling.resume(1, made.uid, by=cast.mara)
    mailbox.rcpt = "250 OK"
    await work(NOON + timedelta(hours=1))
    assert await places(made) == {"Ines": "delivered", "Rex": "delivered"}
    assert (len(mailbox.mails), len((await messages.listing(1, cast.ines.id)).items)) == (1, 1)
    mailbox.rcpt = "450 Later"
    other = await scheduled(cast, Plan(segments=(loyals.uid,), channels=BOTH), key="other")
    await work()
    await scheduling.cancel(1, other.uid, by=cast.mara)
    await work(NOON + timedelta(hours=1))
    assert await places(other) == {"Ines": "delivered", "Rex": "delivered"}
    assert len(mailbox.mails) == 1


async def test_erasing_somebody_forgets_their_messages(cast: Cast, mailbox: Mailbox) -> None:
    loyals = await segment("Loyals", cast.ines, cast.rex)
    await sent(cast, Plan(segments=(loyals.uid,), channels=Channels((PORTAL,))))
    known = await privacy.known(1, cast.ines.id)
    assert [each["subject"] for each in known.messages] == ["Ines, we miss you"]
    await privacy.erase(1, cast.ines.id, reason="Asked for it")
    left = await rows("SELECT customer_id FROM portal_messages WHERE programme_id = 1")
    assert [row["customer_id"] for row in left] == [cast.rex.id]


async def test_nobody_is_written_to_at_night_where_they_live(cast: Cast, mailbox: Mailbox) -> None:
    await agree(cast.ines, cast.rex)
    await run(
        "UPDATE customers SET time_zone = 'Pacific/Auckland' WHERE programme_id = 1 AND id = {}",
        cast.ines.id,
    )
    loyals = await segment("Loyals", cast.ines, cast.rex)
    made = await scheduled(cast, Plan(segments=(loyals.uid,), channels=BOTH))
    await work()  # noon in Berlin is midnight in Auckland
    assert await places(made) == {"Ines": "waiting", "Rex": "delivered"}
    due = await value(
        "SELECT run_at FROM jobs WHERE programme_id = 1 AND state = 'ready' AND name = 'send_campaign'"
    )
    assert due == (NOON + timedelta(hours=8)).replace(minute=0)
    await work(NOON + timedelta(hours=8))  # eight in the evening in Berlin, eight in the morning there
    assert await places(made) == {"Ines": "delivered", "Rex": "delivered"}
    assert len(mailbox.mails) == 2


async def test_members_read_why_they_got_it_and_never_a_segment(cast: Cast, mailbox: Mailbox) -> None:
    await agree(cast.ines)
    loyals = await segment("At-Risk Loyals", cast.ines)
    made = await sent(cast, Plan(segments=(loyals.uid,), channels=BOTH))
    link = mailbox.text().split("http://shop.example/why/")[1].split()[0]
    asked = await explaining.asked(link)
    assert (asked.why.said, asked.why.everybody, asked.why.channel) == ("", False, EMAIL)
    assert (asked.why.answered, asked.why.box) == (None, True)
    portal = await explaining.why(1, cast.ines.id, made, PORTAL, at=NOON)
    assert (portal.answered, portal.joined is not None, portal.box) == (None, True, False)
    assert "At-Risk" not in mailbox.text() + mailbox.text("html") + (await newest(cast.ines)).body
    with pytest.raises(NotFound):
        await explaining.asked(link[:-2] + "xx")


async def test_texts_are_refused_while_nothing_takes_them(cast: Cast) -> None:
    loyals = await segment("Loyals", cast.ines)
    with pytest.raises(Invalid, match="set an endpoint") as refused:
        await drafted(Plan(segments=(loyals.uid,), channels=Channels((SMS,))), cast.mara)
    assert refused.value.field == "channels"
    with pytest.raises(Invalid, match="Choose how"):
        Channels.of("")
    row = await one("SELECT channels, topic FROM campaigns WHERE programme_id = 1")
    assert row == {"channels": "email", "topic": ContactTopic.OTHER}
