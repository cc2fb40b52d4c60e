"""Links in mails: a signed token names campaign, person and link; where it leads is stored, never in the address.

Each click is kept. Who forwards a mail shares their token; it shows nothing and signs nobody in.
"""

from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer

from db.engine import atomic, one, retried, run
from db.ids import new_id
from loyalty import clock, due
from loyalty.campaigns.stored import Campaign
from loyalty.errors import NotFound
from loyalty.programmes import Programme
from loyalty.settings import settings

LONGEST = 400

_WHERE = """SELECT p.programme_id, c.id AS campaign_id, r.customer_id, l.target FROM programmes p
    JOIN campaigns c ON c.programme_id = p.programme_id AND c.uid = {}
    JOIN campaign_links l ON l.programme_id = p.programme_id AND l.campaign_id = c.id AND l.number = {}
    LEFT JOIN customers u ON u.programme_id = p.programme_id AND u.uid = {}
    LEFT JOIN campaign_recipients r ON r.programme_id = p.programme_id AND r.campaign_id = c.id
      AND r.customer_id = u.id
    WHERE p.programme_id = (SELECT o.programme_id FROM programmes o WHERE o.uid = {})"""
_CLICK = """INSERT INTO campaign_clicks (programme_id, id, campaign_id, customer_id, number, at)
    VALUES ({}, {}, {}, {}, {}, {})"""


@dataclass(frozen=True, slots=True)
class Followed:
    """Where the link leads, as a whole address."""

    target: str


def path(programme: Programme, campaign: Campaign, customer_uid: str, number: int) -> str:
    """The path of a link in somebody's mail."""
    return f"/c/{_signer().dumps([programme.uid, campaign.uid, customer_uid, number])}"


def whole(target: str) -> str:
    """A target as a whole address: a path is one of our own pages."""
    return f"{settings().base_url}{target}" if target.startswith("/") else target


@retried
async def follow(token: str, *, counts: bool = True) -> Followed:
    """Note the click and say where it leads. `counts` False: a look ahead, such as a scanner's HEAD.

    Raises NotFound for a token that isn't ours.
    """
    programme_uid, campaign_uid, customer_uid, number = _read(token)
    found = await one(_WHERE, campaign_uid, number, customer_uid, programme_uid)
    if found is None:
        raise NotFound("This link is damaged. Open it again from the e-mail, as it is there.")
    if counts and found["customer_id"] is not None:
        now, programme_id, who = clock.now(), found["programme_id"], found["customer_id"]
        async with atomic():
            await run(_CLICK, programme_id, new_id(now), found["campaign_id"], who, number, now)
            await due.note(programme_id, who)
    return Followed(whole(found["target"]))


def _read(token: str) -> tuple[str, str, str, int]:
    damaged = NotFound("This link is damaged. Open it again from the e-mail, as it is there.")
    if len(token) > LONGEST:
        raise damaged
    try:
        programme, campaign, customer, number = _signer().loads(token)
    except BadData as wrong:
        raise damaged from wrong
    return programme, campaign, customer, number


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().key, salt="campaign link")
