"""Mails that come back, and readers who want no more: by the mailbox for bounces, and by webhook. PRODUCT M5."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db.engine import rows, value
from db.enums import ContactChannel
from loyalty import clock, mail
from loyalty.bounces import mailboxes, reading, taking
from loyalty.bounces.taking import Taken
from loyalty.campaigns import reporting
from loyalty.campaigns.stored import Campaign
from loyalty.customers.privacy import erase
from loyalty.mail import MailKind, suppressing, transport
from loyalty.mail.listing import messages
from loyalty.preferences import consent, unsubscribing
from loyalty.rules.actors import themself
from loyalty.rules.consent import Refusal
from tests.bouncing import complaint, dsn
from tests.campaigning import NOON, Plan, agree, places, segment, sent, work
from tests.cast import Cast
from tests.mailbox import Mailbox, mailbox

__all__ = ["mailbox"]


@pytest.fixture(autouse=True)
async def fresh(cast: Cast) -> AsyncIterator[None]:
    transport.server.forgive()
    with clock.at(NOON):
        yield
    transport.server.forgive()


async def written_to(cast: Cast) -> Campaign:
    """A campaign that Ines and Rex got."""
    await agree(cast.ines, cast.rex)
    loyals = await segment("Loyals", cast.ines, cast.rex)
    return await sent(cast, Plan(segments=(loyals.uid,)))


def id_of(box: Mailbox, to: str = "ines@example.org") -> str:
    return next(str(each["Message-ID"]) for each in box.mails if each["To"] == to)


async def take(raw: bytes) -> list[Taken]:
    return [await taking.take(report) for report in reading.read(raw)]


async def delivered(campaign: Campaign) -> int:
    found = await reporting.report(1, campaign.uid)
    assert found is not None
    return sum(arm.delivered for arm in found.result.arms)


async def everything() -> list[object]:
    """Whatever a report could change."""
    tables = ("mails", "mail_suppressions", "campaign_recipients", "preference_answers", "actions")
    return [await rows(f"SELECT * FROM {table} WHERE programme_id = 1 ORDER BY 2") for table in tables]


async def test_a_mail_that_came_back_is_told_everywhere_and_its_address_is_written_to_no_more(
    cast: Cast, mailbox: Mailbox
) -> None:
    made = await written_to(cast)
    assert await delivered(made) == 2
    report = dsn(id_of(mailbox))
    assert await take(report) == [Taken.BOUNCED]
    assert await places(made) == {"Ines": "bounced", "Rex": "delivered"}
    assert await delivered(made) == 1
    listed = (await messages(1, cast.ines.uid)).rows
    assert [(each.state, each.note) for each in listed] == [("bounced", "550 5.1.1 No such user")]
    assert await suppressing.suppressed(1, "ines@example.org")
    before = await everything()
    assert await take(report) == [Taken.KNOWN]
    assert await everything() == before
    again = await sent(cast, Plan(everybody=True, message=made.message), key="again")
    assert (await places(again))["Ines"] == "bounced"
    assert [str(each["To"]) for each in mailbox.mails].count("ines@example.org") == 1


async def test_only_what_speaks_of_the_address_ends_it(cast: Cast, mailbox: Mailbox) -> None:
    made = await written_to(cast)
    ines, rex = id_of(mailbox), id_of(mailbox, "rex@example.org")
    late = dsn(ines, action="delayed", status="4.4.1", said="No answer from host")
    assert await take(late) == [Taken.LATE]
    assert await places(made) == {"Ines": "delivered", "Rex": "delivered"}
    assert [each.note for each in (await messages(1, cast.ines.uid)).rows] == ["Late: No answer from host"]
    full = dsn(ines, status="4.2.2", said="452 4.2.2 Mailbox full")
    spam = dsn(rex, "rex@example.org", status="5.7.1", said="550 5.7.1 Looks like spam")
    assert [*await take(full), *await take(spam)] == [Taken.BOUNCED] * 2
    assert await places(made) == {"Ines": "bounced", "Rex": "bounced"}
    assert await value("SELECT count(*) FROM mail_suppressions WHERE programme_id = 1") == 0
    before = await everything()
    assert [*await take(late), *await take(full), *await take(spam)] == [Taken.KNOWN] * 3
    assert await everything() == before


async def test_a_report_about_what_we_never_sent_there_changes_nothing(cast: Cast, mailbox: Mailbox) -> None:
    await written_to(cast)
    ines, before = id_of(mailbox), await everything()
    uid, _, rest = ines.partition(".")
    forged = (
        dsn(ines, "rex@example.org"),
        dsn(f"<{'x' * 22}.{rest}"),
        dsn(f"{uid}.another-programme@shop.example>"),
        dsn(ines.replace(".", "")),
        complaint(ines, "rex@example.org"),
    )
    for report in forged:
        assert set(await take(report)) <= {Taken.NOT_OURS}
    assert await everything() == before
    await erase(1, cast.ines.id, reason="Asked for it")
    assert await take(dsn(ines)) == [Taken.NOT_OURS]


async def test_a_complaint_unsubscribes_once_and_not_again_whoever_agreed_since(
    cast: Cast, mailbox: Mailbox
) -> None:
    made = await written_to(cast)
    report = complaint(id_of(mailbox))
    assert await take(report) == [Taken.UNSUBSCRIBED]
    email = (1, cast.ines.id, ContactChannel.EMAIL)
    assert await consent.may_send(*email) is Refusal.UNSUBSCRIBED
    assert (await places(made))["Ines"] == "delivered"
    assert "unwanted" in (await messages(1, cast.ines.uid)).rows[0].note
    said = await value("SELECT sentence FROM actions WHERE programme_id = 1 ORDER BY id DESC LIMIT 1")
    assert "unsubscribed from e-mails" in said
    by = themself(cast.ines.id)
    await unsubscribing.resume(*email, by=by, source=taking.AnswerSource.MAIL_LINK)
    assert await take(report) == [Taken.KNOWN]
    assert await consent.may_send(*email) is None


async def test_a_code_that_came_back_is_noted_too(cast: Cast, mailbox: Mailbox) -> None:
    hello = mail.Letter(subject="Your code", heading="Your code")
    await mail.post(1, hello, to="new@example.org", kind=MailKind.SIGN_IN, key="code", urgent=True)
    await work()
    name = id_of(mailbox, "new@example.org")
    assert await take(dsn(name, "New@Example.org")) == [Taken.BOUNCED]
    assert await take(complaint(name, "new@example.org")) == [Taken.UNSUBSCRIBED]
    assert await suppressing.suppressed(1, "new@example.org")


def test_a_file_is_mbox_one_mail_a_maildir_or_a_folder(tmp_path: Path) -> None:
    one, other = dsn("<a@b>"), complaint("<c@d>")
    mbox = tmp_path / "mbox"
    quoted = one.replace(b"I'm sorry", b">From here on\nFrom what we know")
    mbox.write_bytes(b"From a Sun Mar 1\n" + quoted + b"\nFrom b Sun Mar 1\n" + other)
    assert [len(each) for each in mailboxes.mails(mbox)] == [len(quoted) + 1, len(other)]
    for name in ("new", "cur", "tmp"):
        (tmp_path / "maildir" / name).mkdir(parents=True)
    (tmp_path / "maildir" / "new" / "1").write_bytes(one)
    (tmp_path / "maildir" / "cur" / "2:2,S").write_bytes(other)
    (tmp_path / "maildir" / "tmp" / "3").write_bytes(other)
    assert list(mailboxes.mails(tmp_path / "maildir")) == [one, other]
    assert list(mailboxes.mails(tmp_path / "maildir" / "new")) == [one]
    endless = tmp_path / "endless.eml"
    endless.write_bytes(b"x" * (mailboxes.LARGEST + 5) + one)
    assert all(len(each) <= mailboxes.LARGEST for each in mailboxes.mails(endless))
