"""The campaigns of an automation: what was in effect when somebody's moment came.

Each is open (`gathered` is false) until the automation says something else. Somebody has one place in a campaign,
so whoever it begins for again gets theirs in the next one of the same words.
"""

from db.engine import rows, run
from db.enums import CampaignState
from loyalty import clock
from loyalty.automations.stored import Automation
from loyalty.campaigns import drafting, scheduling
from loyalty.campaigns import stored as campaigns
from loyalty.campaigns.stored import Campaign
from loyalty.rules.actors import SYSTEM, Actor

_COUNT = "SELECT count(*) AS made FROM campaigns WHERE programme_id = {} AND automation_id = {}"


async def going(programme_id: int, automation: Automation) -> list[Campaign]:
    """Those that are being sent or paused, in their order."""
    found = await campaigns.of_automation(programme_id, automation.id)
    return [each for each in found if each.state in (CampaignState.SENDING, CampaignState.PAUSED)]


async def opened(programme_id: int, automation: Automation, *, by: Actor = SYSTEM) -> Campaign:
    """Another campaign of the draft's words and draw, open for people, in the caller's transaction.

    The draft stays as it is while its automation is on.
    """
    made = (await rows(_COUNT, programme_id, automation.id))[0]["made"]
    now, key = clock.now(), f"automation:{automation.uid}:{made}"
    draft = await campaigns.get(programme_id, automation.campaign_id)
    edition, _ = await drafting.copy(
        programme_id, draft, draft.name, by=by, key=key, automation_id=automation.id
    )
    await run(
        "UPDATE campaigns SET seed = {} WHERE programme_id = {} AND id = {}",
        draft.seed,
        programme_id,
        edition.id,
    )
    await scheduling.keep_links(programme_id, edition)
    ready = await scheduling.set_state(programme_id, edition, CampaignState.SCHEDULED, send_at=now)
    return await scheduling.set_state(programme_id, ready, CampaignState.SENDING, started_at=now)


async def close(programme_id: int, automation: Automation) -> None:
    """Let nobody more into its campaigns, in the caller's transaction; those who are in get what they say."""
    await run(
        "UPDATE campaigns SET gathered = true WHERE programme_id = {} AND automation_id = {}"
        " AND state IN ('sending', 'paused')",
        programme_id,
        automation.id,
    )


async def pause(programme_id: int, automation: Automation) -> None:
    """Send to nobody for now, in the caller's transaction; mails that no server was handed yet wait too."""
    for edition in await going(programme_id, automation):
        if edition.state is CampaignState.SENDING:
            locked = await campaigns.lock(programme_id, edition.id)
            await scheduling.set_state(programme_id, locked, CampaignState.PAUSED, note="")
            await scheduling.call_back(programme_id, locked)


async def go_on(programme_id: int, automation: Automation) -> None:
    """Go on with those that were paused, in the caller's transaction."""
    for edition in await going(programme_id, automation):
        locked = await campaigns.lock(programme_id, edition.id)
        if locked.state is CampaignState.PAUSED:
            locked = await scheduling.set_state(programme_id, locked, CampaignState.SENDING, note="")
        await scheduling.enqueue(programme_id, locked, clock.now())
