"""Signing out: this browser, another one, everywhere."""

from db.engine import run
from db.enums import SessionKind
from loyalty import clock
from loyalty.sessions.lifetimes import KEPT_AFTER_END
from loyalty.sessions.tokens import PROGRAMME, digest, parts


async def end(token: str) -> None:
    """Sign this browser out. A token that opens nothing is no error."""
    programme_uid, secret = parts(token)
    await run(
        f"UPDATE sessions SET ended_at = {{}} WHERE programme_id = {PROGRAMME} AND token_hash = {{}}"
        " AND ended_at IS NULL",
        clock.now(),
        programme_uid,
        digest(secret),
    )


async def end_one(programme_id: int, kind: SessionKind, subject_id: int, uid: str) -> bool:
    """Sign out one of a person's own browsers; False when there is no such session of theirs."""
    ended = await run(
        "UPDATE sessions SET ended_at = {} WHERE programme_id = {} AND kind = {} AND subject_id = {}"
        " AND uid = {} AND ended_at IS NULL RETURNING id",
        clock.now(),
        programme_id,
        kind,
        subject_id,
        uid,
    )
    return bool(ended)


async def end_all(
    programme_id: int, kind: SessionKind, subject_id: int, except_token: str | None = None
) -> int:
    """Sign a person out everywhere, but for the browser with `except_token`. Returns how many."""
    ended = await run(
        "UPDATE sessions SET ended_at = {} WHERE programme_id = {} AND kind = {} AND subject_id = {}"
        " AND ended_at IS NULL AND token_hash <> {} RETURNING id",
        clock.now(),
        programme_id,
        kind,
        subject_id,
        digest(parts(except_token or "")[1]),
    )
    return len(ended)


async def forget_old(programme_id: int) -> int:
    """Delete sessions that ended or ran out more than a week ago. Returns how many."""
    before = clock.now() - KEPT_AFTER_END
    gone = await run(
        "DELETE FROM sessions WHERE programme_id = {} AND (ended_at < {} OR ends_at < {}) RETURNING id",
        programme_id,
        before,
        before,
    )
    return len(gone)
