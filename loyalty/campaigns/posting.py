"""One person's message into one channel, in the caller's transaction: the outbox of mail, the portal, the endpoint."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.enums import ContactChannel, MailKind
from loyalty import mail, messages
from loyalty.campaigns import clicks, writing
from loyalty.campaigns.stored import Campaign
from loyalty.campaigns.values import Reader
from loyalty.campaigns.writing import Text
from loyalty.endpoints import calling
from loyalty.mail import Letter
from loyalty.preferences import mail_links
from loyalty.programmes import Programme
from loyalty.settings import settings

EVENT = "campaign.message"

KEPT_IN = {
    ContactChannel.EMAIL: "mail_id",
    ContactChannel.SMS: "call_id",
    ContactChannel.PORTAL: "message_id",
}
"""The column of a recipient that says which message they have."""


@dataclass(frozen=True, slots=True)
class Out:
    """What goes to one person. `good_until` is when it gets quiet where they live."""

    programme: Programme
    campaign: Campaign
    said: Text
    reader: Reader
    good_until: datetime
    now: datetime


async def by(channel: ContactChannel, out: Out, tries: int) -> int:
    """The id of the message that is on its way, or in the portal. Raises MissingValue."""
    letter = writing.letter(out.programme, out.campaign, out.said, out.reader, channel)
    match channel:
        case ContactChannel.PORTAL:
            made: int | None = await messages.write(
                out.programme.id, out.reader.id, out.campaign.id, letter, at=out.now
            )
        case ContactChannel.SMS:
            made = await _call(out, letter)
        case _:
            made = await _mail(out, letter, tries)
    # Whoever waits has no message by this channel yet, and nobody else sends while the campaign's lock is held.
    assert made
    return made


async def _mail(out: Out, letter: Letter, tries: int) -> int | None:
    programme, campaign, reader = out.programme, out.campaign, out.reader
    assert reader.email is not None, "only who has an address is sent to"
    return await mail.post(
        programme.id,
        letter,
        to=reader.email,
        kind=MailKind.CAMPAIGN,
        key=f"campaign:{campaign.uid}:{reader.uid}:{tries}",
        customer_id=reader.id,
        unsubscribe=mail_links.unsubscribe_path(programme.uid, reader.uid),
        good_until=out.good_until,
        topic=campaign.topic,
    )


async def _call(out: Out, letter: Letter) -> int | None:
    programme, campaign, reader = out.programme, out.campaign, out.reader
    unsubscribe = mail_links.unsubscribe_path(programme.uid, reader.uid, ContactChannel.SMS)
    base = settings().base_url
    data: dict[str, Any] = {
        "campaign": campaign.uid,
        "customer": reader.uid,
        "phone": reader.phone,
        "language": letter.language,
        "subject": letter.subject,
        "text": letter.body_text,
        "links": [
            {
                "label": link.label,
                "url": f"{base}{clicks.path(programme, campaign, reader.uid, out.said.links_before + number)}",
            }
            for number, link in enumerate(out.said.body.links, 1)
        ],
        "unsubscribe": f"{base}{unsubscribe}",
    }
    if letter.because is not None:
        data["why"] = f"{base}{letter.because.path}"
    return await calling.post(
        programme.id,
        EVENT,
        data,
        key=f"campaign:{campaign.uid}:{reader.uid}",
        customer_id=reader.id,
        topic=campaign.topic,
        good_until=out.good_until,
    )
