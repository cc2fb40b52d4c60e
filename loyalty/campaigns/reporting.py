"""What a campaign did: its arms side by side, how sure the difference is, and what it cost. PRODUCT M4."""

import csv as csv_format
import io
from dataclasses import dataclass, replace
from datetime import datetime

from db.engine import atomic, snapshot
from db.enums import Arm, ContactChannel
from loyalty import clock
from loyalty.campaigns import arriving, listing, measuring, stored
from loyalty.campaigns.arriving import Went
from loyalty.campaigns.listing import Clicked
from loyalty.campaigns.stored import Campaign
from loyalty.errors import AlreadyDone
from loyalty.rules.campaigns.results import MEASURED, Result


@dataclass(frozen=True, slots=True)
class Report:
    """`until` is when counting ends; None for an automation, of which everybody has their own two weeks.

    `counted_at` is when orders were counted: for few people now, for many when the worker last did; None: not
    yet, so that only the people are known.
    """

    campaign: Campaign
    result: Result
    went: tuple[Went, ...]
    links: tuple[Clicked, ...]
    counted_at: datetime | None
    until: datetime | None
    over: bool
    by_the_worker: bool


async def report(programme_id: int, uid: str) -> Report | None:
    """A campaign as things stand, or, by its draft, an automation; None before it has begun. Raises NotFound."""
    async with snapshot():
        campaign = await stored.find(programme_id, uid)
        parts = await measuring.parts(programme_id, campaign)
        if not parts:
            return None
        now, started_at = clock.now(), parts[0].started_at
        people = await measuring.people(programme_id, parts)
        many = sum(arm.assigned for arm in people) > measuring.AT_ONCE
        if many:
            kept = await measuring.kept(programme_id, [campaign.id])
            result, counted_at = kept.get(campaign.id, (Result(people), None))
        else:
            result, counted_at = await measuring.count(programme_id, parts, people), now
        until = started_at + MEASURED if started_at and campaign.automation_id is None else None
        return Report(
            campaign=replace(campaign, started_at=started_at),
            result=result,
            went=await arriving.by_arm(programme_id, parts),
            links=await listing.links(programme_id, campaign.id),
            counted_at=counted_at,
            until=until,
            over=until is not None and now >= until,
            by_the_worker=many,
        )


async def ask(programme_id: int, uid: str) -> str:
    """Have the worker count a campaign anew. Raises NotFound, AlreadyDone for one that never began."""
    async with atomic():
        campaign = await stored.find(programme_id, uid)
        if not await measuring.parts(programme_id, campaign):
            raise AlreadyDone(f"“{campaign.name}” hasn’t begun, so there is nothing to count yet.")
        await measuring.ask(programme_id, campaign.id)
        return "It is being counted: look again in a moment"


def csv(found: Report) -> str:
    """The arms as CSV, amounts in minor units."""
    file = io.StringIO()
    file.write("\ufeff")
    write = csv_format.writer(file).writerow
    write(
        ("Arm", "Assigned", "Delivered", "Clicked", "Ordered", "Ordered low", "Ordered high", "Kept minor",
         "Orders", "Points given", "Cost minor", "Mails", "Opens measured", "Opened", "Portal messages",
         "Opened in the portal", "Texts", "Texts handed over", "Texts refused")
    )  # fmt: skip
    given = found.result.given
    for arm in found.result.arms:
        treated = arm.arm is Arm.TREATMENT
        went = {each.channel: each for each in found.went if each.arm is arm.arm}
        mail, portal, text = (
            went.get(channel, Went(arm.arm, channel, 0))
            for channel in (ContactChannel.EMAIL, ContactChannel.PORTAL, ContactChannel.SMS)
        )
        write(
            (arm.arm, arm.assigned, arm.delivered, arm.clicked, arm.ordered, f"{arm.share.low:.4f}",
             f"{arm.share.high:.4f}", arm.kept, arm.orders, given.points if treated else 0,
             given.cost if treated else 0, mail.people, mail.measured, mail.opened, portal.people, portal.opened,
             text.people, text.taken, text.refused)
        )  # fmt: skip
    return file.getvalue()
