"""How many mails may go out now: as many an hour as a shop's mail server allows, spread over it. PRODUCT M5."""

from datetime import datetime, timedelta

from db.engine import value
from db.enums import ContactChannel
from db.ids import first_id
from loyalty.campaigns.stored import Campaign
from loyalty.programmes import Programme

UNLIMITED = 1_000_000
FEWEST = 10
"""Mails that a part of the hour is long enough for."""

_LATELY = """SELECT count(*) FROM (SELECT m.id FROM mails m WHERE m.programme_id = {} AND m.id >= {}
    AND m.kind = 'campaign' AND m.state <> 'dropped' LIMIT {}) found"""


async def room(programme: Programme, campaign: Campaign, now: datetime) -> int:
    """How many more of a campaign may be posted at this moment, beside the mails of all campaigns."""
    if not programme.mails_an_hour or ContactChannel.EMAIL not in campaign.channels:
        return UNLIMITED
    share, part = spread(programme.mails_an_hour)
    # An id is its moment, to the millisecond.
    since = first_id(now - part + timedelta(milliseconds=1))
    return share - int(await value(_LATELY, programme.id, since, share))


def spread(mails_an_hour: int) -> tuple[int, timedelta]:
    """So many in so long: a minute, six, or the hour. In no hour are there more than allowed."""
    parts = next(parts for parts in (60, 10, 1) if parts == 1 or mails_an_hour >= parts * FEWEST)
    return mails_an_hour // parts, timedelta(hours=1) / parts
