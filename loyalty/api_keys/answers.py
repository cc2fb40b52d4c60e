"""What requests with an Idempotency-Key were answered: sent again, they get the same and do nothing.

The verbs behind the API change nothing twice either, so two of one key at the same moment are safe; the
first answer that is kept is the answer of both.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from db.engine import loads, one, run
from loyalty import clock
from loyalty.api_keys.reading import Caller
from loyalty.errors import Invalid, KeyReused

KEPT = timedelta(hours=24)
LONGEST = 255

_KNOWN = """SELECT asked, status, body FROM api_answers
    WHERE programme_id = {} AND key_id = {} AND idempotency_key = {} AND created_at > {}"""
_KEEP = """INSERT INTO api_answers (programme_id, key_id, idempotency_key, asked, status, body, created_at)
    VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT (programme_id, key_id, idempotency_key) DO NOTHING"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body; `again`: it was given before."""

    status: int
    body: dict[str, Any]
    again: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A request under an Idempotency-Key: which, and a digest of all it said."""

    key: str
    digest: str


def asked(key: str, path: str, body: bytes) -> Asked | None:
    """The request as it is remembered; None without a key. Raises Invalid for a key that is too long."""
    if not key:
        return None
    if len(key) > LONGEST or not key.isprintable():
        raise Invalid(
            f"An Idempotency-Key has up to {LONGEST} printable characters.", field="Idempotency-Key"
        )
    return Asked(key, hashlib.sha256(path.encode() + b"\n" + body).hexdigest())


async def known(by: Caller, request: Asked) -> Answer | None:
    """What this request was answered before, within a day. Raises KeyReused when it said something else."""
    row = await one(_KNOWN, by.programme_id, by.key_id, request.key, clock.now() - KEPT)
    if row is None:
        return None
    if row["asked"] != request.digest:
        raise KeyReused("This Idempotency-Key was already used for another request.")
    return Answer(row["status"], loads(row["body"]), again=True)


async def keep(by: Caller, request: Asked, answer: Answer) -> Answer:
    """Remember the answer; of two at once, both get what was kept first. Refusals aren't kept."""
    await run(
        _KEEP,
        by.programme_id,
        by.key_id,
        request.key,
        request.digest,
        answer.status,
        json.dumps(answer.body),
        clock.now(),
    )
    kept = await known(by, request)
    return answer if kept is None or kept.body == answer.body else kept


async def forget_old(programme_id: int) -> None:
    """Delete answers older than a day."""
    await run(
        "DELETE FROM api_answers WHERE programme_id = {} AND created_at <= {}",
        programme_id,
        clock.now() - KEPT,
    )
