"""By which channels a campaign went out, and how many opened it in the portal. PRODUCT M4.

A person with several messages counts under each of their channels here, and once everywhere else.
"""

from dataclasses import dataclass

from db.engine import one
from db.enums import ContactChannel
from loyalty.campaigns.posting import KEPT_IN
from loyalty.campaigns.stored import Campaign

_BY_CHANNEL = """SELECT count(r.mail_id) AS mail_id, count(r.call_id) AS call_id, count(r.message_id) AS message_id,
      count(m.read_at) AS opened FROM campaign_recipients r
    LEFT JOIN portal_messages m ON m.programme_id = r.programme_id AND m.id = r.message_id
    WHERE r.programme_id = {} AND r.campaign_id = {} AND r.state IN ('posted', 'delivered')"""


@dataclass(frozen=True, slots=True)
class Arrived:
    """To how many a channel was used; `opened` in the portal, None where that can't be known."""

    channel: ContactChannel
    people: int
    opened: int | None


async def by_channel(programme_id: int, campaign: Campaign) -> tuple[Arrived, ...]:
    """Of each channel; empty for mails alone, of which the outcome says it all. One statement."""
    if campaign.channels.chosen == (ContactChannel.EMAIL,):
        return ()
    row = await one(_BY_CHANNEL, programme_id, campaign.id) or {}
    return tuple(
        Arrived(each, row[KEPT_IN[each]], row["opened"] if each is ContactChannel.PORTAL else None)
        for each in campaign.channels
    )
