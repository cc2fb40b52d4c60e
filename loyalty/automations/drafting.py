"""Beginning an automation, from a ready one or from nothing. PRODUCT M5."""

import hashlib
from typing import Any

from db.engine import atomic, one, retried, run, value
from db.ids import new_id
from loyalty import clock
from loyalty.automations import ready, stored
from loyalty.automations.editing import aim, columns
from loyalty.automations.ready import Ready
from loyalty.automations.recording import Saved, record
from loyalty.campaigns import drafting as campaigns
from loyalty.campaigns.recording import named
from loyalty.errors import Invalid
from loyalty.rules.actors import Actor

_INSERT = """INSERT INTO automations (programme_id, id, uid, campaign_id, state, trigger, segment_id, days, percent,
      delay_minutes, exits, pause_days, actor_name, created_at)
    VALUES ({}, {}, {}, {}, 'draft', {}, {}, {}, {}, {}, {}, {}, {}, {})"""


@retried
async def begin(programme_id: int, like: str, name: str = "", *, by: Actor, key: str) -> Saved:
    """A new draft that says what the ready one called `like` says; empty: nothing yet.

    Repeating `key` returns the first. Raises Invalid for a name or one that isn't ready.
    """
    written = ready.find(like)
    name, uid = named(name or written.name), hashlib.sha256(f"automation:{key}".encode()).hexdigest()[:22]
    async with atomic():
        if await value("SELECT id FROM automations WHERE programme_id = {} AND uid = {}", programme_id, uid):
            return Saved(await stored.find(programme_id, uid), f"“{name}” is begun", None)
        now = clock.now()
        id_ = new_id(now)
        segment_id = await _segment(programme_id, written)
        campaign, fresh = await campaigns.add(
            programme_id, await _draft(programme_id, name, written), by=by, key=f"automation:{uid}:draft",
            automation_id=id_,
        )  # fmt: skip
        if not fresh:
            raise Invalid("This form was used already. Reload the page and try again.")
        await aim(programme_id, campaign.id, segment_id)
        terms = columns(written.terms)
        await run(
            _INSERT, programme_id, id_, uid, campaign.id, written.terms.trigger, segment_id, terms["days"],
            terms["percent"], terms["delay_minutes"], terms["exits"], terms["pause_days"], by.name, now,
        )  # fmt: skip
        made = await stored.get(programme_id, id_)
        return await record(
            programme_id, made, "automation.begun", f"“{name}” is begun", by=by, undo="archived"
        )


async def _draft(programme_id: int, name: str, written: Ready) -> dict[str, Any]:
    usual = await campaigns.usual(programme_id, name, written.objective)
    return {**usual, "offer": written.offer, "message": written.message}


async def _segment(programme_id: int, written: Ready) -> int | None:
    if not written.segment:
        return None
    found = await one(
        "SELECT id FROM segments WHERE programme_id = {} AND handle = {} AND archived_at IS NULL",
        programme_id,
        written.segment,
    )
    return found["id"] if found else None
