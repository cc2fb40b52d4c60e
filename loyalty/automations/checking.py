"""Why an automation can't be switched on as it is, each with what to do about it."""

from db.enums import OfferKind, Trigger
from loyalty import triggers
from loyalty.automations.stored import Automation
from loyalty.campaigns import checking, codes
from loyalty.campaigns import stored as campaigns
from loyalty.campaigns.checking import Problem
from loyalty.campaigns.stored import Campaign


async def problems(programme_id: int, automation: Automation) -> tuple[Problem, ...]:
    """Everything that keeps it from being switched on, in the order of the steps; empty: nothing does."""
    draft = await campaigns.get(programme_id, automation.campaign_id)
    return (
        *await _trigger(programme_id, automation),
        # A segment is named on the step of what starts it.
        *(each for each in await checking.problems(programme_id, draft) if each.step != "audience"),
        *await _codes(programme_id, draft),
    )


async def _codes(programme_id: int, draft: Campaign) -> tuple[Problem, ...]:
    if draft.offer.kind is not OfferKind.CODE or (await codes.pool(programme_id, draft.id)).left:
        return ()
    return (Problem("offer", "There is no code left to give. Bring some."),)


async def _trigger(programme_id: int, automation: Automation) -> tuple[Problem, ...]:
    trigger = automation.terms.trigger
    if trigger is Trigger.SEGMENT and automation.segment is None:
        return (Problem("trigger", "Choose the segment whose entry starts it."),)
    for named, noun in (
        (automation.segment, "segment"),
        (automation.tier, "tier"),
        (automation.reward, "reward"),
    ):
        if named is not None and named.gone:
            return (Problem("trigger", f"The {noun} {named.name} isn’t there any more. Choose another."),)
    if trigger is Trigger.REACH:
        reward_id = automation.reward.id if automation.reward else None
        if not await triggers.line(programme_id, reward_id, automation.terms.percent):
            return (Problem("trigger", "There is no reward for points yet. Make one first, or choose it."),)
    return ()
