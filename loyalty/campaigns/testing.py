"""The message as somebody would read it, to look at or to send to a colleague. Nothing is given by it."""

from dataclasses import dataclass

from db.engine import atomic, one, retried, value
from db.enums import MailKind
from loyalty import mail, programmes
from loyalty.campaigns import audience, checking, stored, values, writing
from loyalty.campaigns.stored import Campaign
from loyalty.campaigns.values import Reader
from loyalty.errors import Invalid, LoyaltyError
from loyalty.mail import Letter
from loyalty.programmes import Programme
from loyalty.rules.actors import Actor
from loyalty.rules.campaigns.fields import Values
from loyalty.rules.naming import name_of
from loyalty.rules.orders import normalised_email

SAMPLE_CODE = "ABCD-EFGH-JKLM"
"""Stands for the code that everybody gets with the mail."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What `who` would read. `letter` None: it can't be written, and `refusal` says why."""

    letter: Letter | None
    who: str
    refusal: str = ""


async def preview(
    programme_id: int, campaign: Campaign, email: str = "", *, general: bool = False
) -> Preview:
    """The message as read by the customer with this address, or by the first of the audience. Never raises.

    `general`: the message of the broadcast arm.
    """
    programme, who = await programmes.get(programme_id), ""
    try:
        reader, who = await _reader(programme, campaign, email)
        said = campaign.as_general if general else campaign
        return Preview(await _letter(programme, said, reader), who)
    except LoyaltyError as refusal:
        return Preview(None, who, str(refusal))


@retried
async def send(programme_id: int, uid: str, *, by: Actor, key: str, email: str = "") -> str:
    """Send the message to the colleague who asks, as `email` would read it; the sentence says so.

    Repeating `key` sends nothing more. Raises Invalid for what can't be written, NotFound.
    """
    async with atomic():
        campaign, programme = await stored.find(programme_id, uid), await programmes.get(programme_id)
        reader, _ = await _reader(programme, campaign, email)
        to = await value("SELECT email FROM staff WHERE programme_id = {} AND id = {}", programme_id, by.id)
        await mail.post(
            programme_id,
            await _letter(programme, campaign, reader),
            to=to,
            kind=MailKind.CAMPAIGN_TEST,
            key=f"campaign_test:{campaign.uid}:{by.id}:{key}",
        )
        return f"A test is on its way to {to}"


async def _letter(programme: Programme, campaign: Campaign, reader: Reader | None) -> Letter:
    said = await checking.text(programme.id, campaign)
    if reader is None:
        everything: Values = {name: f"[{name}]" for name in said.needed}
        return writing.sample(programme, said, everything)
    await values.complete(programme, reader, said.needed, writing.language_of(programme))
    if campaign.offer.has_code:
        reader.values["code"] = SAMPLE_CODE
    return writing.sample(programme, said, reader.values)


async def _reader(programme: Programme, campaign: Campaign, email: str) -> tuple[Reader | None, str]:
    if email.strip():
        row = await one(
            "SELECT id, first_name, last_name, email, phone FROM customers"
            " WHERE programme_id = {} AND email_key = {}",
            programme.id,
            normalised_email(email),
        )
        if row is None:
            raise Invalid("No customer has this address.", field="as")
    else:
        row = await audience.first(programme.id, campaign)
    if row is None:
        return None, ""
    found = await values.readers(programme, [row["id"]])
    return found.get(row["id"]), name_of(row)
