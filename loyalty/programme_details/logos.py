"""Uploading and removing the logo. Earlier logos stay, so that both can be taken back."""

import hashlib

from db.engine import atomic, retried, run
from loyalty import audit, clock, programmes
from loyalty.audit import Action
from loyalty.errors import AlreadyDone
from loyalty.rules import images
from loyalty.rules.actors import Actor

_KEEP = """INSERT INTO logos (programme_id, digest, media, width, height, body, created_at)
    VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT (programme_id, digest) DO NOTHING"""


@retried
async def upload(programme_id: int, raw: bytes, *, by: Actor) -> Action:
    """Make these bytes the logo, cleaned of everything but the picture. Raises Invalid, AlreadyDone."""
    image = images.read(raw)
    digest = hashlib.sha256(image.body).hexdigest()
    async with atomic():
        await _lock(programme_id)
        before = (await programmes.get(programme_id)).logo_digest
        if before == digest:
            raise AlreadyDone("This is the logo already.")
        now = clock.now()
        await run(_KEEP, programme_id, digest, image.media, image.width, image.height, image.body, now)
        return await _set(programme_id, before, digest, "The logo has been changed", by=by)


@retried
async def remove(programme_id: int, *, by: Actor) -> Action:
    """Show the shop without a logo. Raises AlreadyDone."""
    async with atomic():
        await _lock(programme_id)
        before = (await programmes.get(programme_id)).logo_digest
        if before is None:
            raise AlreadyDone("There is no logo to remove.")
        return await _set(programme_id, before, None, "The logo has been removed", by=by)


async def show(programme_id: int, digest: str | None) -> None:
    """Make a kept logo, or none, the one that is shown; in the caller's transaction."""
    await run(
        "UPDATE programmes SET logo_digest = {}, version = version + 1 WHERE programme_id = {}",
        digest,
        programme_id,
    )


async def _set(
    programme_id: int, before: str | None, after: str | None, sentence: str, *, by: Actor
) -> Action:
    await show(programme_id, after)
    return await audit.record(
        programme_id,
        "programme.logo_changed",
        ("programme", programme_id),
        sentence,
        by=by,
        before={"logo": before},
        after={"logo": after},
        undo={"noun": "programme_details", "verb": "programme.logo_changed", "before": before, "left": after},
    )


async def _lock(programme_id: int) -> None:
    await run("UPDATE programmes SET version = version WHERE programme_id = {}", programme_id)
