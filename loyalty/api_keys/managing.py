"""Making and revoking keys. A key is shown once, when it is made; only its hash is kept."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import atomic, loads, one, retried, rows, run
from db.enums import ApiScope
from db.ids import new_id
from loyalty import audit, clock, programmes
from loyalty.audit import Action
from loyalty.errors import AlreadyDone, Invalid, NotFound
from loyalty.rules.actors import Actor
from loyalty.sessions.tokens import digest, new_secret

LONGEST_NAME = 80
HINT = 6

_INSERT = """INSERT INTO api_keys (programme_id, id, uid, name, key_hash, hint, scopes, store_id, created_by,
      created_at)
    VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (programme_id, uid) DO NOTHING RETURNING id"""
_SELECT = """SELECT k.uid, k.name, k.hint, k.scopes, k.created_by, k.created_at, k.last_used_at, k.revoked_at,
      s.name AS store FROM api_keys k
    LEFT JOIN stores s ON s.programme_id = {0} AND s.id = k.store_id WHERE k.programme_id = {0}"""
_ALL = _SELECT + " ORDER BY CASE WHEN k.revoked_at IS NULL THEN 0 ELSE 1 END, k.id DESC LIMIT 200"
_ONE = _SELECT + " AND k.uid = {1}"


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key as people see it: `hint` is its beginning. `store` None: for every store."""

    uid: str
    name: str
    hint: str
    scopes: tuple[ApiScope, ...]
    store: str | None
    created_by: str
    created: datetime
    last_used: datetime | None
    revoked: datetime | None


@dataclass(frozen=True, slots=True)
class Made:
    """The key in full, this once; None for a repeat of the form, whose key was shown already."""

    key: KeyView
    secret: str | None


async def listing(programme_id: int) -> tuple[KeyView, ...]:
    """The newest 200 keys, those that work first."""
    return tuple(_view(row) for row in await rows(_ALL, programme_id))


async def store_names(programme_id: int) -> dict[str, str]:
    """The stores a key can be bound to, by public id."""
    found = await rows("SELECT uid, name FROM stores WHERE programme_id = {} ORDER BY name, id", programme_id)
    return {row["uid"]: row["name"] for row in found}


@retried
async def make(
    programme_id: int, name: str, scopes: tuple[ApiScope, ...], *, store_uid: str = "", by: Actor, key: str
) -> Made:
    """Make a key. `store_uid` binds it to one store. Repeating `key` makes nothing new.

    Raises Invalid naming the field, NotFound for a store that isn't there.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid(f"The name has 1 to {LONGEST_NAME} characters.", field="name")
    if not scopes:
        raise Invalid("A key that may do nothing is of no use; tick what it may do.", field="scopes")
    async with atomic():
        now, secret = clock.now(), new_secret()
        uid = hashlib.sha256(f"api_key:{key}".encode()).hexdigest()[:22]
        written = await run(
            _INSERT,
            programme_id,
            new_id(now),
            uid,
            name,
            digest(secret),
            secret[:HINT],
            json.dumps(scopes),
            await _store(programme_id, store_uid),
            by.name,
            now,
        )
        made = await find(programme_id, uid)
        if not written:
            return Made(made, None)
        await audit.record(
            programme_id,
            "api_key.made",
            ("api_key", written[0]["id"]),
            f"API key {name} was made",
            by=by,
            after={"scopes": ", ".join(scopes), "store": made.store or "every store"},
            undo={"noun": "api_keys", "verb": "api_key.made", "key": uid},
        )
        return Made(made, f"{(await programmes.get(programme_id)).uid}.{secret}")


@retried
async def revoke(programme_id: int, uid: str, *, by: Actor) -> Action:
    """Make a key useless at once; only Undo makes it work again. Raises NotFound, AlreadyDone."""
    async with atomic():
        about, now = await find(programme_id, uid), clock.now()
        gone = await run(
            "UPDATE api_keys SET revoked_at = {} WHERE programme_id = {} AND uid = {} AND revoked_at IS NULL"
            " RETURNING id",
            now,
            programme_id,
            uid,
        )
        if not gone:
            raise AlreadyDone("This key has already been revoked.")
        sentence = f"API key {about.name} has been revoked"
        return await audit.record(
            programme_id,
            "api_key.revoked",
            ("api_key", gone[0]["id"]),
            sentence,
            by=by,
            undo={"noun": "api_keys", "verb": "api_key.revoked", "key": uid},
        )


async def find(programme_id: int, uid: str) -> KeyView:
    """The key with this public id. Raises NotFound."""
    row = await one(_ONE, programme_id, uid)
    if row is None:
        raise NotFound("There is no such API key in this programme.")
    return _view(row)


async def _store(programme_id: int, uid: str) -> int | None:
    if not uid:
        return None
    row = await one("SELECT id FROM stores WHERE programme_id = {} AND uid = {}", programme_id, uid)
    if row is None:
        raise NotFound("There is no such store in this programme.", field="store")
    return int(row["id"])


def _view(row: Mapping[str, Any]) -> KeyView:
    return KeyView(
        uid=row["uid"],
        name=row["name"],
        hint=row["hint"],
        scopes=tuple(ApiScope(word) for word in loads(row["scopes"])),
        store=row["store"],
        created_by=row["created_by"],
        created=row["created_at"],
        last_used=row["last_used_at"],
        revoked=row["revoked_at"],
    )
