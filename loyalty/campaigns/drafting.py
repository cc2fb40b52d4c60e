"""Beginning a campaign, and beginning another like it. PRODUCT M1."""

import hashlib
from collections.abc import Mapping
from typing import Any

from db.engine import atomic, retried, run, value
from db.enums import ContactTopic, Objective
from db.ids import new_id, new_uid
from loyalty import clock
from loyalty.campaigns import stored
from loyalty.campaigns.recording import LONGEST_NAME, Saved, columns, named, record
from loyalty.campaigns.stored import Campaign, Message
from loyalty.errors import KeyReused
from loyalty.rules.actors import Actor
from loyalty.rules.campaigns import offers
from loyalty.rules.campaigns.arms import usual_holdout
from loyalty.rules.campaigns.channels import Channels
from loyalty.rules.campaigns.timing import Cap, QuietHours

_INSERT = """INSERT INTO campaigns (programme_id, id, uid, name, objective, state, everybody, topic, offer, subject,
      preheader, body, why, channels, seed, held_out, broadcast, general_subject, general_body, quiet_from, quiet_until,
      cap_messages, cap_days, actor_name, created_at, automation_id)
    VALUES ({}, {}, {}, {}, {}, 'draft', {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},
      {})
    ON CONFLICT (programme_id, uid) DO NOTHING RETURNING id"""
_COPY_SEGMENTS = """INSERT INTO campaign_segments (programme_id, campaign_id, segment_id, excluded, position)
    SELECT w.programme_id, CAST({} AS BIGINT), w.segment_id, w.excluded, w.position FROM campaign_segments w
    WHERE w.programme_id = {} AND w.campaign_id = {}"""


@retried
async def begin(programme_id: int, name: str, objective: Objective, *, by: Actor, key: str) -> Saved:
    """A new draft, with the usual holdout. Repeating `key` returns the first. Raises Invalid, KeyReused."""
    name = named(name)
    async with atomic():
        made, fresh = await add(programme_id, await usual(programme_id, name, objective), by=by, key=key)
        sentence = f"“{name}” is begun"
        if not fresh:
            if (made.name, made.objective) != (name, objective):
                raise KeyReused(
                    "This form was already used for something else. Reload the page and try again."
                )
            return Saved(made, sentence, None)
        return await record(programme_id, made, "campaign.begun", sentence, by=by)


@retried
async def duplicate(programme_id: int, uid: str, *, by: Actor, key: str) -> Saved:
    """Another draft that says the same to the same segments; it draws its arms anew. Raises NotFound."""
    async with atomic():
        like = await stored.find(programme_id, uid)
        name = f"{like.name[: LONGEST_NAME - 7]} (copy)"
        made, fresh = await copy(programme_id, like, name, by=by, key=key)
        sentence = f"“{name}” is a draft now"
        if not fresh:
            return Saved(made, sentence, None)
        return await record(programme_id, made, "campaign.duplicated", sentence, by=by)


async def usual(programme_id: int, name: str, objective: Objective) -> dict[str, Any]:
    """What a new draft says: nothing yet, at the usual pace, with the usual holdout."""
    members = await value(
        "SELECT count(*) FROM customers WHERE programme_id = {} AND type = 'member'", programme_id
    )
    return {
        "name": name,
        "objective": objective,
        "everybody": False,
        "topic": ContactTopic.OTHER,
        "channels": Channels(),
        "offer": offers.NOTHING,
        "message": Message(),
        "held_out": usual_holdout(members),
        "broadcast": 0,
        "general": Message(),
        "quiet": QuietHours(),
        "cap": Cap(),
    }


async def copy(
    programme_id: int, like: Campaign, name: str, *, by: Actor, key: str, automation_id: int | None = None
) -> tuple[Campaign, bool]:
    """A draft that says the same to the same segments, in the caller's transaction. False: `key` made it before."""
    draft = {
        "name": name,
        "objective": like.objective,
        "everybody": like.everybody,
        "topic": like.topic,
        "channels": like.channels,
        "offer": like.offer,
        "message": like.message,
        "held_out": like.held_out,
        "broadcast": like.broadcast,
        "general": like.general,
        "quiet": like.quiet,
        "cap": like.cap,
    }
    made, fresh = await add(programme_id, draft, by=by, key=key, automation_id=automation_id)
    if fresh:
        await run(_COPY_SEGMENTS, made.id, programme_id, like.id)
    return made, fresh


async def add(
    programme_id: int, draft: Mapping[str, Any], *, by: Actor, key: str, automation_id: int | None = None
) -> tuple[Campaign, bool]:
    """A draft, in the caller's transaction. False: `key` made it before, and it stays as it is."""
    now, uid = clock.now(), hashlib.sha256(f"campaign:{key}".encode()).hexdigest()[:22]
    kept = columns(draft)
    order = (
        "name",
        "objective",
        "everybody",
        "topic",
        "offer",
        "subject",
        "preheader",
        "body",
        "why",
        "channels",
    )
    pace = (
        "held_out",
        "broadcast",
        "general_subject",
        "general_body",
        "quiet_from",
        "quiet_until",
        "cap_messages",
        "cap_days",
    )
    written = await run(
        _INSERT,
        programme_id,
        new_id(now),
        uid,
        *(kept[name] for name in order),
        new_uid(),
        *(kept[name] for name in pace),
        by.name,
        now,
        automation_id,
    )
    return await stored.find(programme_id, uid), bool(written)
