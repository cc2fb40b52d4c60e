"""Whose key a request carries, and what it may do."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.engine import Contention, loads, one, run
from db.enums import ActorKind, ApiScope
from loyalty import clock
from loyalty.rules.actors import Actor
from loyalty.sessions.tokens import PROGRAMME, digest, parts

TOUCH_EVERY = timedelta(minutes=1)

_KEY = f"""SELECT programme_id, id, uid, name, scopes, store_id, last_used_at FROM api_keys
    WHERE programme_id = {PROGRAMME} AND key_hash = {{}} AND revoked_at IS NULL"""


@dataclass(frozen=True, slots=True)
class Caller:
    """The program that calls. `store_id` None: it speaks for every store."""

    programme_id: int
    key_id: int
    key_uid: str
    name: str
    scopes: frozenset[ApiScope]
    store_id: int | None

    @property
    def actor(self) -> Actor:
        """The program as the actor of what it does; history shows the key's name."""
        return Actor(ActorKind.API, self.name, self.key_id)


async def caller(token: str) -> Caller | None:
    """The caller behind a key, or None. Notes that the key was used, at most once a minute."""
    programme_uid, secret = parts(token)
    if not secret:
        return None
    row = await one(_KEY, programme_uid, digest(secret))
    if row is None:
        return None
    now = clock.now()
    if row["last_used_at"] is None or now - row["last_used_at"] >= TOUCH_EVERY:
        await _touch(row["programme_id"], row["id"], now)
    return Caller(
        programme_id=row["programme_id"],
        key_id=row["id"],
        key_uid=row["uid"],
        name=row["name"],
        scopes=frozenset(ApiScope(word) for word in loads(row["scopes"])),
        store_id=row["store_id"],
    )


async def _touch(programme_id: int, key_id: int, now: datetime) -> None:
    with suppress(Contention):  # a note that is late by a minute harms nobody; a refused sale does
        await run(
            "UPDATE api_keys SET last_used_at = {} WHERE programme_id = {} AND id = {}",
            now,
            programme_id,
            key_id,
        )
