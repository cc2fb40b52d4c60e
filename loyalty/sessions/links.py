"""One-time links: a token that opens one thing once, for a day.

Opening the link's page never uses it up; mail scanners and previews open pages. A POST does.
"""

from dataclasses import dataclass
from datetime import timedelta

from db.engine import atomic, run, value
from db.enums import TokenPurpose
from db.ids import new_id
from loyalty import clock
from loyalty.sessions.tokens import PROGRAMME, digest, new_secret, parts

LASTS = timedelta(hours=24)
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a used link was for."""

    programme_id: int
    purpose: TokenPurpose
    subject_id: int


async def make(programme_id: int, purpose: TokenPurpose, subject_id: int, *, void_older: bool = True) -> str:
    """A new token, valid for 24 hours. `void_older`: earlier ones of the same purpose stop working."""
    now, secret = clock.now(), new_secret()
    async with atomic():
        if void_older:
            await void(programme_id, purpose, subject_id)
        await run(
            "INSERT INTO login_tokens (programme_id, id, token_hash, purpose, subject_id, created_at,"
            " expires_at) VALUES ({}, {}, {}, {}, {}, {}, {})",
            programme_id,
            new_id(now),
            digest(secret),
            purpose,
            subject_id,
            now,
            now + LASTS,
        )
        uid = await value("SELECT uid FROM programmes WHERE programme_id = {}", programme_id)
    return f"{uid}.{secret}"


async def use(token: str, *purposes: TokenPurpose) -> Opened | None:
    """Use a token up; None when it is unknown, used, too old, or for something else."""
    now = clock.now()
    programme_uid, secret = parts(token)
    marks = ", ".join(["{}"] * len(purposes))
    used = await run(
        f"UPDATE login_tokens SET used_at = {{}} WHERE programme_id = {PROGRAMME} AND token_hash = {{}}"
        f" AND used_at IS NULL AND expires_at > {{}} AND purpose IN ({marks})"
        " RETURNING programme_id, purpose, subject_id",
        now,
        programme_uid,
        digest(secret),
        now,
        *purposes,
    )
    if not used:
        return None
    return Opened(used[0]["programme_id"], TokenPurpose(used[0]["purpose"]), used[0]["subject_id"])


async def void(programme_id: int, purpose: TokenPurpose, subject_id: int) -> None:
    """Make unused links of this purpose worthless."""
    await run(
        "UPDATE login_tokens SET used_at = {} WHERE programme_id = {} AND purpose = {} AND subject_id = {}"
        " AND used_at IS NULL",
        clock.now(),
        programme_id,
        purpose,
        subject_id,
    )


async def forget_old(programme_id: int) -> int:
    """Delete links older than 30 days. Returns how many."""
    gone = await run(
        "DELETE FROM login_tokens WHERE programme_id = {} AND expires_at < {} RETURNING id",
        programme_id,
        clock.now() - KEPT,
    )
    return len(gone)
