"""One signed event for the endpoint: kept in the transaction that causes it, handed over by a job, tried again.

The same event always carries the same `webhook-id`: after a broken connection nobody knows whether it arrived, and
whoever receives it twice recognises it.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from db.engine import Row, atomic, loads, one, retried, run
from db.enums import CallState, ContactChannel, ContactTopic
from db.ids import new_id, new_uid
from loyalty import clock, queue
from loyalty.endpoints import reaching, setting
from loyalty.errors import NotFound
from loyalty.integrations import standard_webhooks
from loyalty.preferences import consent
from loyalty.rules.actors import Actor
from loyalty.settings import settings

JOB = "call_endpoint"
TEST = "endpoint.test"
ATTEMPTS = 12
"""With pauses of up to an hour: an endpoint may be away for some four hours."""

KEPT = timedelta(days=30)
LATE = "It was too late to be of use."
NO_ENDPOINT = "No endpoint is set any more."
UNREADABLE = "Its secret can’t be read: replace it in the settings."

_INSERT = """INSERT INTO endpoint_calls (programme_id, id, uid, customer_id, type, dedupe_key, data, topic, state,
      good_until, created_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})
    ON CONFLICT (programme_id, dedupe_key) DO UPDATE SET data = excluded.data, state = excluded.state, note = '',
      good_until = excluded.good_until, ended_at = NULL WHERE endpoint_calls.state = 'dropped'
    RETURNING id, uid"""
_WAITING = """SELECT id, uid, customer_id, type, data, topic, good_until, created_at FROM endpoint_calls
    WHERE programme_id = {} AND id = {} AND state = 'waiting'"""
_END = """UPDATE endpoint_calls SET state = {}, note = {}, data = {}, ended_at = {}
    WHERE programme_id = {} AND id = {} AND state = 'waiting'"""


async def post(
    programme_id: int,
    type_: str,
    data: dict[str, Any],
    *,
    key: str,
    customer_id: int | None = None,
    topic: ContactTopic = ContactTopic.OTHER,
    good_until: datetime | None = None,
) -> int | None:
    """Hand `data` over once this transaction commits. The call's id; None when `key` was posted before.

    One that was dropped goes out after all, under the id it had. After `good_until` it isn't handed over any more.
    Whether the customer wants texts is asked again then.
    """
    now = clock.now()
    async with atomic():
        written = await run(
            _INSERT,
            programme_id,
            new_id(now),
            new_uid(),
            customer_id,
            type_,
            key,
            json.dumps(data),
            topic,
            CallState.WAITING,
            good_until,
            now,
        )
        if not written:
            return None
        call_id, queued = int(written[0]["id"]), f"call:{written[0]['uid']}"
        # A job that found it dropped may be about to end.
        await queue.release(programme_id, queued)
        await queue.enqueue(programme_id, JOB, {"call": call_id}, max_attempts=ATTEMPTS, dedupe_key=queued)
        return call_id


@retried
async def test(programme_id: int, *, by: Actor) -> str:
    """Hand a test over, which nobody is to get; the sentence. Raises NotFound where no endpoint is set."""
    async with atomic():
        if not await setting.is_set(programme_id):
            raise NotFound("No endpoint is set.")
        data = {"asked_by": by.name, "text": "A test. Nobody is to get this."}
        await post(programme_id, TEST, data, key=f"test:{new_uid()}")
        return "A test is on its way"


async def deliver(programme_id: int, call_id: int) -> None:
    """Hand a waiting event over. Raises NotNow when it is to be tried again."""
    call = await one(_WAITING, programme_id, call_id)
    if call is None:
        return
    endpoint = await setting.find(programme_id)
    if endpoint is None or not endpoint.secrets:
        await _end(programme_id, call_id, CallState.REFUSED, UNREADABLE if endpoint else NO_ENDPOINT)
        return
    if why := await _unwanted(programme_id, call):
        await _end(programme_id, call_id, CallState.DROPPED, why)
        return
    body = json.dumps(
        {"type": call["type"], "timestamp": call["created_at"].isoformat(), "data": loads(call["data"])},
        ensure_ascii=False,
    )
    signed = standard_webhooks.headers(call["uid"], clock.now(), body.encode(), *endpoint.secrets)
    try:
        await reaching.post(endpoint.url, body, signed, private=settings().private_endpoints)
    except reaching.Refused as refusal:
        await _end(programme_id, call_id, CallState.REFUSED, str(refusal))
    else:
        await _end(programme_id, call_id, CallState.SENT)


async def as_sent(programme_id: int, call_id: int) -> None:
    """Everything but the call: an event of the demo shop's past was taken by its endpoint then."""
    await _end(programme_id, call_id, CallState.SENT)


async def give_up(programme_id: int, call_id: int, error: str) -> None:
    """The last attempt failed."""
    await _end(programme_id, call_id, CallState.REFUSED, error)


async def forget_old(programme_id: int) -> int:
    """Delete calls whose way ended more than 30 days ago. Returns how many."""
    gone = await run(
        "DELETE FROM endpoint_calls WHERE programme_id = {} AND ended_at < {} RETURNING id",
        programme_id,
        clock.now() - KEPT,
    )
    return len(gone)


async def _unwanted(programme_id: int, call: Row) -> str:
    """Why it may not go out now, although it might when it was posted. PRODUCT M5."""
    if call["good_until"] is not None and call["good_until"] <= clock.now():
        return LATE
    if call["customer_id"] is None:
        return ""
    refusal = await consent.may_send(
        programme_id, call["customer_id"], ContactChannel.SMS, ContactTopic(call["topic"])
    )
    return refusal.value if refusal else ""


@retried
async def _end(programme_id: int, call_id: int, state: CallState, note: str = "") -> None:
    # What it said is somebody's: it isn't kept longer than it is needed.
    await run(_END, state, note[:500], "{}", clock.now(), programme_id, call_id)
