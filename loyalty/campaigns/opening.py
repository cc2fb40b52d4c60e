"""Who opened a campaign's mail: of those only who agreed, while they do. PRODUCT M4, L1.

A small picture in the mail has a signed address. It tells that something fetched it, which mail programs also
do by themselves, or never; so the numbers are shown as the rough hint they are.
"""

from itsdangerous import BadData, URLSafeSerializer

from db.engine import one, retried, run
from loyalty import clock
from loyalty.campaigns.stored import Campaign
from loyalty.programmes import Programme
from loyalty.settings import settings

LONGEST = 400
MOST = 1_000
"""Times that are counted of one mail."""

_WHO = """SELECT p.programme_id, c.id AS campaign_id, u.id AS customer_id FROM programmes p
    JOIN campaigns c ON c.programme_id = p.programme_id AND c.uid = {}
    JOIN customers u ON u.programme_id = p.programme_id AND u.uid = {}
    JOIN contact_choices k ON k.programme_id = p.programme_id AND k.customer_id = u.id AND k.opens = true
    WHERE p.programme_id = (SELECT o.programme_id FROM programmes o WHERE o.uid = {}) AND p.measures_opens = true"""
_OPENED = """UPDATE campaign_recipients SET opens = opens + 1, opened_at = coalesce(opened_at, {})
    WHERE programme_id = {} AND campaign_id = {} AND customer_id = {} AND measured = true AND opens < {}"""


def path(programme: Programme, campaign: Campaign, customer_uid: str) -> str:
    """The path of the picture in somebody's mail."""
    return f"/o/{_signer().dumps([programme.uid, campaign.uid, customer_uid])}"


@retried
async def note(token: str) -> None:
    """Note that the picture was fetched. Nothing is noted for a damaged token, or whoever doesn't agree now."""
    if len(token) > LONGEST:
        return
    try:
        programme_uid, campaign_uid, customer_uid = _signer().loads(token)
    except BadData:
        return
    found = await one(_WHO, campaign_uid, customer_uid, programme_uid)
    if found is not None:
        who = (found["programme_id"], found["campaign_id"], found["customer_id"])
        await run(_OPENED, clock.now(), *who, MOST)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().key, salt="campaign open")
