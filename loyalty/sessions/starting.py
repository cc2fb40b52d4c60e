"""Signing in: a new session with a new id."""

import secrets

from db.engine import atomic, run, value
from db.enums import SessionKind
from db.ids import new_id, new_uid
from loyalty import clock
from loyalty.sessions.ending import end
from loyalty.sessions.lifetimes import ends_at
from loyalty.sessions.tokens import PROGRAMME, digest, new_secret, parts


async def start(
    programme_id: int,
    kind: SessionKind,
    subject_id: int,
    *,
    replacing: str | None = None,
    agent: str = "",
    ip: str = "",
    proved: bool = False,
) -> str:
    """Begin a session with a new token and return the cookie's value.

    `replacing` is the cookie the browser came with: that session ends, so that a token somebody
    planted before the sign-in never becomes a signed-in one. `proved`: a code was given, too.
    """
    now, secret = clock.now(), new_secret()
    async with atomic():
        if replacing:
            await end(replacing)
        await run(
            "INSERT INTO sessions (programme_id, id, uid, token_hash, kind, subject_id, csrf_secret, flash,"
            " agent, ip, created_at, seen_at, ends_at, proved_at)"
            " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
            programme_id,
            new_id(now),
            new_uid(),
            digest(secret),
            kind,
            subject_id,
            secrets.token_hex(32),
            "[]",
            _printable(agent, 200),
            _printable(ip, 45),
            now,
            now,
            ends_at(kind, now, now),
            now if proved else None,
        )
        uid = await value("SELECT uid FROM programmes WHERE programme_id = {}", programme_id)
    return f"{uid}.{secret}"


async def renew(token: str) -> str | None:
    """The session under a new token, with a code given just now; None for a token that opens nothing.

    It lives no longer for it. Whoever had copied the old token is out.
    """
    now, secret = clock.now(), new_secret()
    programme_uid, old = parts(token)
    renewed = await run(
        f"UPDATE sessions SET token_hash = {{}}, proved_at = {{}} WHERE programme_id = {PROGRAMME}"
        " AND token_hash = {} AND ended_at IS NULL RETURNING id",
        digest(secret),
        now,
        programme_uid,
        digest(old),
    )
    return f"{programme_uid}.{secret}" if renewed else None


def _printable(text: str, longest: int) -> str:
    return "".join(char for char in text[:longest] if char.isprintable())
