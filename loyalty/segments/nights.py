"""Who entered or left for good: for two nights in a row. Only that is told to whoever listens.

An entry is told when its member was there last night, too; an exit when its person was away last night
already and still is. Somebody back before their exit was told of never left, for those who listen. What a
first refresh or a changed definition moves is told to nobody: it says nothing of the person.
"""

import json
from datetime import datetime

from db.engine import Row, insert_many, one, rows, run
from db.enums import MoveCause
from db.ids import EPOCH, new_id
from loyalty import clock, programmes, triggers
from loyalty.rules.days import local_day, zone
from loyalty.segments.judging import Round

ENTERED, LEFT = "segment.entered", "segment.left"

_NIGHTS = "SELECT night_at, night_before_at FROM segment_states WHERE programme_id = {}"
_STAYED = """UPDATE segment_members SET settled = true
    WHERE programme_id = {} AND settled = false AND since <= {} RETURNING segment_id, customer_id"""
_STAYED_AWAY = """SELECT DISTINCT v.segment_id, v.customer_id FROM segment_moves v
    WHERE v.programme_id = {} AND v.at > {} AND v.at <= {} AND v.entered = false AND v.settled = true
      AND NOT EXISTS (SELECT 1 FROM segment_members m WHERE m.programme_id = v.programme_id
        AND m.segment_id = v.segment_id AND m.customer_id = v.customer_id)"""
_UIDS = "SELECT id, uid, handle, name FROM segments WHERE programme_id = {}"


async def told_until(programme_id: int) -> datetime:
    """Exits up to this moment have been told of; a later one is forgotten when its person comes back."""
    row = await one(_NIGHTS, programme_id)
    return (row["night_before_at"] if row else None) or EPOCH


async def begun(programme_id: int, cause: MoveCause, *, at: datetime | None = None) -> Round:
    """A round of moves that begins now, or is dated `at`; the caller holds the segments, so rounds have an order."""
    moment = at or clock.now()
    return Round(new_id(moment), moment, cause, await told_until(programme_id))


async def pass_(programme_id: int, now: datetime) -> None:
    """Let a night pass, in the caller's transaction: tell what held since the last one. Once a day."""
    row = await one(_NIGHTS, programme_id)
    assert row is not None, "a refresh comes before its night"
    last, before = row["night_at"], row["night_before_at"]
    here = zone((await programmes.get(programme_id)).time_zone)
    if last is not None and local_day(last, here) >= local_day(now, here):
        return
    if last is not None:
        stayed = await run(_STAYED, programme_id, last)
        await _tell(programme_id, ENTERED, stayed, now)
        await triggers.entered(programme_id, [(row["segment_id"], row["customer_id"]) for row in stayed], now)
        await _tell(programme_id, LEFT, await rows(_STAYED_AWAY, programme_id, before or EPOCH, last), now)
    await run(
        "UPDATE segment_states SET night_before_at = {}, night_at = {} WHERE programme_id = {}",
        last,
        now,
        programme_id,
    )


async def _tell(programme_id: int, topic: str, moved: list[Row], now: datetime) -> None:
    if not moved:
        return
    known = {row["id"]: row for row in await rows(_UIDS, programme_id)}
    payload = {
        id_: json.dumps({"segment": row["uid"], "handle": row["handle"], "name": row["name"]})
        for id_, row in known.items()
    }
    await insert_many(
        "outbox",
        ("programme_id", "id", "topic", "customer_id", "payload", "at"),
        [
            (programme_id, new_id(now), topic, row["customer_id"], payload[row["segment_id"]], now)
            for row in moved
        ],
    )
