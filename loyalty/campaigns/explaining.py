"""Why somebody got a campaign's message, in words that are fit for members. PRODUCT M5, L1.

Segments are the merchant's own words for people ("At-Risk Loyals"), and never leave the desk: a member reads the
sentence that the merchant wrote for them, else that all or some members got it. What was agreed is told as it stood
when the message was written.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from db.engine import loads, one
from db.enums import ContactChannel
from loyalty import clock
from loyalty.campaigns import stored
from loyalty.campaigns.stored import Campaign
from loyalty.errors import NotFound
from loyalty.languages import message as _
from loyalty.preferences import mail_links
from loyalty.preferences.mail_links import Links
from loyalty.programmes import Programme
from loyalty.settings import settings

LONGEST = 400
DAMAGED = _("This link is damaged. Open it again from the e-mail, as it is there.")

_ANSWER = """SELECT a.at, c.options FROM preference_answers a
    JOIN preference_questions q ON q.programme_id = a.programme_id AND q.id = a.question_id AND q.role = 'channels'
    JOIN preference_contents c ON c.programme_id = a.programme_id AND c.answer_id = a.id
    WHERE a.programme_id = {} AND a.customer_id = {} AND a.at <= {} ORDER BY a.id DESC LIMIT 1"""
_PERSON = "SELECT accepts_email, joined_at FROM customers WHERE programme_id = {} AND id = {}"
_WHOSE = """SELECT p.programme_id, c.id AS campaign_id, u.id AS customer_id, r.posted_at FROM programmes p
    JOIN campaigns c ON c.programme_id = p.programme_id AND c.uid = {}
    JOIN customers u ON u.programme_id = p.programme_id AND u.uid = {} AND u.erased_at IS NULL
    LEFT JOIN campaign_recipients r ON r.programme_id = p.programme_id AND r.campaign_id = c.id
      AND r.customer_id = u.id
    WHERE p.programme_id = (SELECT o.programme_id FROM programmes o WHERE o.uid = {})"""


@dataclass(frozen=True, slots=True)
class Why:
    """`said` is the merchant's sentence for members, empty where they wrote none; `everybody`: all members got it.

    The message came by `channel`, and rests on an answer in the preference center given at `answered`; else on
    membership since `joined` (portal), or on the shop's own newsletter box (`box`), whose day the shop keeps.
    """

    programme_id: int
    said: str
    everybody: bool
    channel: ContactChannel
    answered: datetime | None
    joined: datetime | None
    box: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the link of a message opens: why it came, and the links with which its reader changes that."""

    why: Why
    links: Links


def path(programme: Programme, campaign: Campaign, customer_uid: str, channel: ContactChannel) -> str:
    """The path of the page that tells one person why they got it."""
    return f"/why/{_signer().dumps([programme.uid, campaign.uid, customer_uid, channel.value])}"


async def asked(token: str) -> Asked:
    """What to tell whoever holds the message. Raises NotFound for a token that isn't ours, or whose reader is gone."""
    campaign_uid, customer_uid, programme_uid, channel = _read(token)
    row = await one(_WHOSE, campaign_uid, customer_uid, programme_uid)
    if row is None:
        raise NotFound(DAMAGED)
    p, customer_id = row["programme_id"], row["customer_id"]
    campaign = await stored.get(p, row["campaign_id"])
    told = await why(p, customer_id, campaign, channel, at=row["posted_at"] or clock.now())
    return Asked(told, await mail_links.links(p, customer_id, channel))


async def why(
    programme_id: int, customer_id: int, campaign: Campaign, channel: ContactChannel, *, at: datetime
) -> Why:
    """Why this customer got it by this channel at a moment. Two statements."""
    answer = await one(_ANSWER, programme_id, customer_id, at)
    agreed = answer is not None and channel in loads(answer["options"])
    person = await one(_PERSON, programme_id, customer_id) or {}
    return Why(
        programme_id=programme_id,
        said=campaign.message.why,
        everybody=campaign.everybody,
        channel=channel,
        answered=answer["at"] if answer and agreed else None,
        joined=person.get("joined_at") if channel is ContactChannel.PORTAL and not agreed else None,
        box=channel is ContactChannel.EMAIL and not agreed and bool(person.get("accepts_email")),
    )


def _read(token: str) -> tuple[str, str, str, ContactChannel]:
    if len(token) > LONGEST:
        raise NotFound(DAMAGED)
    try:
        named: list[Any] = _signer().loads(token)
    except BadData as wrong:
        raise NotFound(DAMAGED) from wrong
    programme, campaign, customer, channel = named
    return campaign, customer, programme, ContactChannel(channel)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().key, salt="campaign why")
