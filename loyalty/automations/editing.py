"""What starts an automation, how long it waits then, and what keeps it from people. PRODUCT M5.

What it says and gives is its draft campaign, which `loyalty.campaigns.editing` changes.
"""

import json
from collections.abc import Sequence
from typing import Any

from db.engine import atomic, insert_many, one, retried, run
from db.enums import Trigger
from loyalty.automations import stored
from loyalty.automations.recording import Saved, record, told
from loyalty.automations.stored import Automation
from loyalty.campaigns import stored as campaigns
from loyalty.errors import AlreadyDone, Invalid, Stale
from loyalty.rules import automations as rules
from loyalty.rules.actors import Actor
from loyalty.rules.automations import Terms

_SEGMENT = "SELECT id FROM segments WHERE programme_id = {} AND uid = {} AND archived_at IS NULL"
_TIER = "SELECT id FROM tiers WHERE programme_id = {} AND uid = {} AND archived_at IS NULL"
_REWARD = "SELECT id FROM rewards WHERE programme_id = {} AND uid = {} AND status = 'active'"
_DROP = "DELETE FROM automation_runs WHERE programme_id = {} AND automation_id = {} AND state = 'waiting'"


@retried
async def change(
    programme_id: int,
    uid: str,
    terms: Terms,
    *,
    segment: str = "",
    tier: str = "",
    reward: str = "",
    without: Sequence[str] = (),
    version: int | None,
    by: Actor,
) -> Saved:
    """When it begins for somebody. `segment`, `tier` and `reward` by public ids, for the triggers that name one.
    Nobody of the segments `without` gets it.

    Whoever waits because of another trigger is let go. Raises Invalid naming the field, Stale, AlreadyDone while
    it is on, NotFound.
    """
    terms = rules.checked(terms)
    async with atomic():
        before = await stored.lock_by_uid(programme_id, uid)
        if before.is_on:
            raise AlreadyDone(f"“{before.name}” is switched on. Pause it before you change what starts it.")
        named = await _named(programme_id, terms.trigger, segment, tier, reward)
        kept_out = await _kept_out(programme_id, without, named[0])
        were = await campaigns.kept_out(programme_id, before.campaign_id)
        outs_changed = set(kept_out) != {each.id for each in were}
        if (terms, *named) == (before.terms, *_names(before)) and not outs_changed:
            return Saved(before, "Nothing was changed", None)
        if version != before.version:
            raise Stale("Somebody changed this automation while you were editing.")
        kept = {**columns(terms), "segment_id": named[0], "tier_id": named[1], "reward_id": named[2]}
        await run(
            f"UPDATE automations SET {', '.join(f'{name} = {{}}' for name in kept)}, version = version + 1"
            " WHERE programme_id = {} AND id = {}",
            *kept.values(),
            programme_id,
            before.id,
        )
        other = (terms.trigger, *named) != (before.terms.trigger, *_names(before))
        if other:
            await run(_DROP, programme_id, before.id)
        if other or outs_changed:
            await aim(programme_id, before.campaign_id, named[0], kept_out)
        now = await stored.get(programme_id, before.id)
        return await record(
            programme_id,
            now,
            "automation.changed",
            f"“{now.name}” is saved",
            by=by,
            before=told(before, [each.name for each in were]),
            without=[each.name for each in await campaigns.kept_out(programme_id, now.campaign_id)],
        )


def columns(terms: Terms) -> dict[str, Any]:
    """The terms by the columns they are kept in."""
    return {
        "trigger": terms.trigger,
        "days": terms.days,
        "percent": terms.percent,
        "delay_minutes": int(terms.delay.total_seconds() // 60),
        "exits": json.dumps(sorted(terms.exits)),
        "pause_days": terms.pause_days,
    }


async def aim(
    programme_id: int, campaign_id: int, segment_id: int | None, kept_out: Sequence[int] = ()
) -> None:
    """Have a draft name the segment whose entry starts it, and those kept out, in the caller's transaction.

    Without one anybody may be its reader, and a look at the message shows any member's.
    """
    await run(
        "DELETE FROM campaign_segments WHERE programme_id = {} AND campaign_id = {}",
        programme_id,
        campaign_id,
    )
    wanted = [(segment_id, False)] if segment_id is not None else []
    wanted += [(each, True) for each in kept_out]
    await insert_many(
        "campaign_segments",
        ("programme_id", "campaign_id", "segment_id", "excluded", "position"),
        [(programme_id, campaign_id, each, out, place) for place, (each, out) in enumerate(wanted)],
    )
    await run(
        "UPDATE campaigns SET everybody = {}, version = version + 1 WHERE programme_id = {} AND id = {}",
        segment_id is None,
        programme_id,
        campaign_id,
    )


async def _kept_out(programme_id: int, uids: Sequence[str], starts: int | None) -> list[int]:
    found = [await one(_SEGMENT, programme_id, uid) for uid in dict.fromkeys(uids)]
    ids = [row["id"] for row in found if row]
    if len(ids) < len(found):
        raise Invalid("One of these segments is archived. Choose again.", field="without")
    if starts in ids:
        raise Invalid("The segment that starts it can’t be kept out.", field="without")
    return ids


async def _named(
    programme_id: int, trigger: Trigger, segment: str, tier: str, reward: str
) -> tuple[int | None, int | None, int | None]:
    match trigger:
        case Trigger.SEGMENT:
            found = await one(_SEGMENT, programme_id, segment)
            if found is None:
                raise Invalid("Choose a segment that isn’t archived.", field="segment")
            return found["id"], None, None
        case Trigger.TIER if tier:
            found = await one(_TIER, programme_id, tier)
            if found is None:
                raise Invalid("This tier isn’t there any more. Choose another.", field="tier")
            return None, found["id"], None
        case Trigger.REACH if reward:
            found = await one(_REWARD, programme_id, reward)
            if found is None:
                raise Invalid("This reward isn’t offered any more. Choose another.", field="reward")
            return None, None, found["id"]
        case _:
            return None, None, None


def _names(automation: Automation) -> tuple[int | None, int | None, int | None]:
    return (
        automation.segment.id if automation.segment else None,
        automation.tier.id if automation.tier else None,
        automation.reward.id if automation.reward else None,
    )
