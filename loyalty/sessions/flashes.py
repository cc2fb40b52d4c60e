"""Sentences that wait for a browser's next page, such as "Ines now has 170 points"."""

import json
from typing import Any, NamedTuple

from db.engine import atomic, loads, run
from loyalty import clock
from loyalty.sessions.tokens import PROGRAMME, digest, parts

MOST = 5


class Flash(NamedTuple):
    """A sentence for the next page, and the uid of the action it can undo."""

    sentence: str
    undo_uid: str | None = None


async def put_flash(token: str, sentence: str, undo_uid: str | None = None) -> None:
    """Keep a sentence for this browser's next page; the oldest of more than five is dropped."""
    async with atomic():
        row = await _locked(token)
        if row is not None:
            flash = [*loads(row["flash"]), {"sentence": sentence, "undo_uid": undo_uid}]
            await _set_flash(row, flash[-MOST:])


async def take_flash(token: str) -> tuple[Flash, ...]:
    """The waiting sentences, oldest first, each handed out once.

    It writes: call it only where `Signed.flash` says that something waits.
    """
    async with atomic():
        row = await _locked(token)
        if row is not None:
            await _set_flash(row, [])
    return flashes(row["flash"]) if row is not None else ()


def flashes(stored: Any) -> tuple[Flash, ...]:
    """What the column holds."""
    return tuple(Flash(item["sentence"], item["undo_uid"]) for item in loads(stored))


async def _locked(token: str) -> dict[str, Any] | None:
    # An update that changes nothing is a row lock both engines know.
    programme_uid, secret = parts(token)
    found = await run(
        f"UPDATE sessions SET seen_at = seen_at WHERE programme_id = {PROGRAMME} AND token_hash = {{}}"
        " AND ended_at IS NULL AND ends_at > {} RETURNING programme_id, id, flash",
        programme_uid,
        digest(secret),
        clock.now(),
    )
    return found[0] if found else None


async def _set_flash(row: dict[str, Any], flash: list[dict[str, str | None]]) -> None:
    await run(
        "UPDATE sessions SET flash = {} WHERE programme_id = {} AND id = {}",
        json.dumps(flash),
        row["programme_id"],
        row["id"],
    )
