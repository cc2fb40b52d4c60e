"""Following a link of a campaign is engagement, once a campaign, as soon as it happens (PRODUCT K2)."""

from datetime import timedelta

from db.engine import value
from loyalty import clock
from loyalty.campaigns import clicks
from loyalty.campaigns.stored import Campaign
from loyalty.programmes import get
from loyalty.segments.following import follow
from loyalty.segments.refreshing import refresh
from tests.campaigning import NOON, Plan, agree, segment, sent
from tests.cast import Cast
from tests.mailbox import Mailbox, mailbox

__all__ = ["mailbox"]


async def test_each_campaign_somebody_follows_a_link_of_counts_once(cast: Cast, mailbox: Mailbox) -> None:
    await agree(cast.ines)
    plan = Plan(segments=((await segment("Loyals", cast.ines)).uid,))
    made = [await sent(cast, plan, key=key) for key in ("a", "b")]

    async def clicked(campaign: Campaign) -> None:
        link = clicks.path(await get(1), campaign, cast.ines.uid, 1)
        await clicks.follow(link.removeprefix("/c/"))

    async def engagement() -> int:
        return int(await value("SELECT engagement FROM segment_facts WHERE customer_id = {}", cast.ines.id))

    with clock.at(NOON + timedelta(hours=1)):
        await refresh(1)
        before = await engagement()
        for campaign in (made[0], made[0], made[1]):
            await clicked(campaign)
        await follow(1)
        assert await engagement() == before + 2
        await refresh(1)
        assert await engagement() == before + 2
    with clock.at(NOON + timedelta(days=95)):
        await refresh(1)
        assert await engagement() == 0
