"""Changes of the programme that were typed and wait for somebody to see what they do (PRODUCT F3, I4, J1).

A draft remembers what it was drawn from; who puts it in force compares. Nothing else reads a draft, and
after a week it is gone.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.engine import loads, one, run
from db.enums import DraftKind
from db.ids import new_id, new_uid
from loyalty import clock
from loyalty.errors import NotFound
from loyalty.rules.actors import Actor

KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Draft:
    """`base` is the fingerprint of what was in force when it was drawn."""

    uid: str
    body: dict[str, Any]
    base: str
    by: str
    at: datetime


def fingerprint(state: Any) -> str:
    """A digest of what is in force, to see later whether somebody changed it."""
    return hashlib.sha256(json.dumps(state, default=str, sort_keys=True).encode()).hexdigest()[:32]


async def keep(programme_id: int, kind: DraftKind, body: dict[str, Any], *, base: str, by: Actor) -> str:
    """Keep a draft for a week; its uid."""
    uid, now = new_uid(), clock.now()
    await run(
        "INSERT INTO drafts (programme_id, id, uid, kind, body, base, actor_name, created_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
        programme_id,
        new_id(now),
        uid,
        kind,
        json.dumps(body, default=str),
        base,
        by.name,
        now,
    )
    return uid


async def find(programme_id: int, kind: DraftKind, uid: str) -> Draft:
    """The draft. Raises NotFound."""
    row = await one(
        "SELECT uid, body, base, actor_name, created_at FROM drafts"
        " WHERE programme_id = {} AND uid = {} AND kind = {}",
        programme_id,
        uid,
        kind,
    )
    if row is None:
        raise NotFound("This draft is gone. Begin again from the page it was made on.")
    return Draft(row["uid"], loads(row["body"]), row["base"], row["actor_name"], row["created_at"])


async def forget_old(programme_id: int) -> None:
    """Delete drafts that nobody put in force within a week."""
    await run(
        "DELETE FROM drafts WHERE programme_id = {} AND created_at < {}", programme_id, clock.now() - KEPT
    )
