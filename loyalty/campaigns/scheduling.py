"""Moving a campaign: scheduled, back to a draft, paused, going on, cancelled. PRODUCT M1, M5."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.engine import atomic, insert_many, retried, run
from db.enums import Arm, CampaignState
from loyalty import audit, clock, queue, states
from loyalty.audit import Action
from loyalty.campaigns import audience, checking, stored
from loyalty.campaigns.stored import Campaign
from loyalty.errors import AlreadyDone, Invalid, Stale
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.rules.campaigns.moves import move

JOB = "send_campaign"
GRACE = timedelta(minutes=1)
"""“At once” begins a minute later, so that a slip can be taken back before anybody got anything."""

LATEST = timedelta(days=366)
STOPPED = "The campaign was stopped."

# What no server was handed yet isn't handed over any more; who was about to get it waits again, or never does.
_DROP = """UPDATE mails SET state = 'dropped', note = {}, letter = {}, ended_at = {}
    WHERE programme_id = {} AND state = 'waiting' AND id IN (SELECT r.mail_id FROM campaign_recipients r
      WHERE r.programme_id = {} AND r.campaign_id = {} AND r.state = 'posted')
    RETURNING id"""
_DROP_CALLS = """UPDATE endpoint_calls SET state = 'dropped', note = {}, data = {}, ended_at = {}
    WHERE programme_id = {} AND state = 'waiting' AND id IN (SELECT r.call_id FROM campaign_recipients r
      WHERE r.programme_id = {} AND r.campaign_id = {} AND r.state = 'posted')
    RETURNING id"""
_STOPPED = """SELECT x.id FROM @table x WHERE x.programme_id = campaign_recipients.programme_id
      AND x.id = campaign_recipients.@column AND x.state = 'dropped' AND x.note = {}"""
_MAILS = _STOPPED.replace("@table", "mails").replace("@column", "mail_id")
_CALLS = _STOPPED.replace("@table", "endpoint_calls").replace("@column", "call_id")
_AGAIN = f"""UPDATE campaign_recipients SET state = 'waiting', posted_at = NULL,
      mail_id = CASE WHEN EXISTS ({_MAILS}) THEN NULL ELSE mail_id END,
      call_id = CASE WHEN EXISTS ({_CALLS}) THEN NULL ELSE call_id END
    WHERE programme_id = {{}} AND campaign_id = {{}} AND state = 'posted'
      AND (EXISTS ({_MAILS}) OR EXISTS ({_CALLS}))"""
_NEVER = """UPDATE campaign_recipients SET state = 'cancelled' WHERE programme_id = {} AND campaign_id = {}
    AND state = 'waiting' AND mail_id IS NULL AND message_id IS NULL AND call_id IS NULL"""
# Who was reached by another channel already is settled as such.
_REACHED = """UPDATE campaign_recipients SET state = 'posted', posted_at = {} WHERE programme_id = {}
    AND campaign_id = {} AND state = 'waiting' RETURNING customer_id"""


@dataclass(frozen=True, slots=True)
class Moved:
    """The campaign as it is now, what to say, and the audited action."""

    campaign: Campaign
    sentence: str
    action: Action | None


@retried
async def schedule(
    programme_id: int, uid: str, at: datetime | None, *, version: int | None, by: Actor
) -> Moved:
    """Have it sent at a moment, with None in a minute. The message and its links are fixed from here on.

    Raises Invalid with the first thing that is missing, for an empty audience and a moment that is over;
    Stale, AlreadyDone, NotFound.
    """
    async with atomic():
        before = await stored.lock_by_uid(programme_id, uid)
        _refuse_automations(before)
        move(before.name, before.state, CampaignState.SCHEDULED)
        if version != before.version:
            raise Stale("Somebody changed this campaign while you were looking at it. Read it again first.")
        now = clock.now()
        send_at = now + GRACE if at is None else at
        if not now <= send_at <= now + LATEST:
            raise Invalid("Choose a moment from now on, within a year.", field="send_at")
        for problem in await checking.problems(programme_id, before):
            raise Invalid(problem.sentence)
        reached = (await audience.count(programme_id, before)).reached
        if not reached:
            raise Invalid("Nobody would get this now. Look at the audience: it says why.")
        for problem in await checking.enough_codes(programme_id, before, reached):
            raise Invalid(problem.sentence)
        await keep_links(programme_id, before)
        moved = await _move(
            programme_id,
            before,
            CampaignState.SCHEDULED,
            "“{}” is scheduled",
            by=by,
            undo="draft",
            send_at=send_at,
        )
        await enqueue(programme_id, moved.campaign, send_at)
        return moved


@retried
async def unschedule(programme_id: int, uid: str, *, by: Actor) -> Moved:
    """Back to a draft, before anybody got anything. Raises AlreadyDone once it is being sent, NotFound."""
    async with atomic():
        before = await stored.lock_by_uid(programme_id, uid)
        return await _move(
            programme_id, before, CampaignState.DRAFT, "“{}” is a draft again", by=by, send_at=None
        )


@retried
async def pause(programme_id: int, uid: str, *, by: Actor = SYSTEM, why: str = "") -> Moved:
    """Send to nobody more for now; what no server was handed yet waits too. Raises AlreadyDone, NotFound."""
    async with atomic():
        before = await stored.lock_by_uid(programme_id, uid)
        moved = await _move(
            programme_id,
            before,
            CampaignState.PAUSED,
            "“{}” is paused",
            by=by,
            undo="sending",
            note=why[:500],
        )
        await call_back(programme_id, before)
        return moved


@retried
async def resume(programme_id: int, uid: str, *, by: Actor) -> Moved:
    """Go on where it was paused. Raises AlreadyDone, NotFound."""
    async with atomic():
        before = await stored.lock_by_uid(programme_id, uid)
        moved = await _move(
            programme_id, before, CampaignState.SENDING, "“{}” goes on", by=by, undo="paused", note=""
        )
        await enqueue(programme_id, moved.campaign, clock.now())
        return moved


@retried
async def cancel(programme_id: int, uid: str, *, by: Actor) -> Moved:
    """Send to nobody more, for good. What was given and delivered stays. Raises AlreadyDone, NotFound.

    Only a campaign that nobody got anything of can be taken up again, by undoing this.
    """
    async with atomic():
        before = await stored.lock_by_uid(programme_id, uid)
        _refuse_automations(before)
        untouched = before.state in (CampaignState.DRAFT, CampaignState.SCHEDULED)
        moved = await _move(
            programme_id,
            before,
            CampaignState.CANCELLED,
            "“{}” is cancelled",
            by=by,
            undo="draft" if untouched else "",
            ended_at=clock.now(),
        )
        await call_back(programme_id, before)
        await run(_NEVER, programme_id, before.id)
        if await run(_REACHED, clock.now(), programme_id, before.id):
            await enqueue(programme_id, moved.campaign, clock.now())
        return moved


async def enqueue(programme_id: int, campaign: Campaign, at: datetime) -> None:
    """Have the worker look at a campaign at a moment, in the caller's transaction."""
    # Of two looks at one campaign the second finds nothing to do, so each version has its own.
    key = f"campaign:{campaign.id}:{campaign.version}"
    await queue.release(programme_id, key)
    await queue.enqueue(programme_id, JOB, {"campaign": campaign.id}, run_at=at, dedupe_key=key)


async def set_state(programme_id: int, before: Campaign, to: CampaignState, **change: Any) -> Campaign:
    """Move a locked campaign, in the caller's transaction, with further columns. Raises AlreadyDone."""
    move(before.name, before.state, to)
    await states.put(programme_id, "campaigns", before.id, to, change)
    return await stored.get(programme_id, before.id)


async def _move(
    programme_id: int,
    before: Campaign,
    to: CampaignState,
    sentence: str,
    *,
    by: Actor,
    undo: str = "",
    **change: Any,
) -> Moved:
    now = await set_state(programme_id, before, to, **change)
    said = sentence.format(now.name)
    action = await audit.record(
        programme_id,
        f"campaign.{to}",
        ("campaign", now.id),
        said,
        by=by,
        before={"state": before.state},
        after={"state": to, "send_at": now.send_at.isoformat() if now.send_at else None},
        undo={"noun": "campaigns", "campaign": now.id, "to": undo} if undo else None,
    )
    return Moved(now, said, action)


def _refuse_automations(campaign: Campaign) -> None:
    if campaign.automation_id is not None:
        raise AlreadyDone(f"“{campaign.name}” is an automation: it is switched on, paused and put away.")


async def keep_links(programme_id: int, campaign: Campaign) -> None:
    """Write down where the links of its message lead, in the caller's transaction."""
    await run(
        "DELETE FROM campaign_links WHERE programme_id = {} AND campaign_id = {}", programme_id, campaign.id
    )
    said, general = (
        await checking.text(programme_id, campaign),
        await checking.general(programme_id, campaign),
    )
    links = [(Arm.TREATMENT, link) for link in said.body.links]
    links += [(Arm.BROADCAST, link) for link in general.body.links] if general else []
    await insert_many(
        "campaign_links",
        ("programme_id", "campaign_id", "number", "target", "label", "arm"),
        [
            (programme_id, campaign.id, number, link.target, link.label, arm.value)
            for number, (arm, link) in enumerate(links, 1)
        ],
    )


async def call_back(programme_id: int, campaign: Campaign) -> None:
    """Take back what no server was handed yet, in the caller's transaction; its people wait again."""
    now = clock.now()
    await run(_DROP, STOPPED, "{}", now, programme_id, programme_id, campaign.id)
    await run(_DROP_CALLS, STOPPED, "{}", now, programme_id, programme_id, campaign.id)
    await run(_AGAIN, STOPPED, STOPPED, programme_id, campaign.id, STOPPED, STOPPED)
