"""The programme a visitor means, before anybody is signed in.

`/portal` belongs to the only programme there is, or to the one a browser was last signed in to; a platform that
hosts several gives each shop its door, `/portal/to/{handle}`.
"""

from db.engine import one, rows
from loyalty import programmes
from loyalty.programmes import Programme
from loyalty.sessions.tokens import parts


async def by_handle(handle: str) -> Programme | None:
    """The programme behind its own door."""
    found = await one("SELECT programme_id FROM programmes WHERE handle = {}", handle)
    return await programmes.get(found["programme_id"]) if found else None


async def by_token(token: str) -> Programme | None:
    """The programme whose uid stands in front of a token, whatever has become of the token."""
    uid, _ = parts(token)
    found = await one("SELECT programme_id FROM programmes WHERE uid = {}", uid) if uid else None
    return await programmes.get(found["programme_id"]) if found else None


async def only() -> Programme | None:
    """The one programme there is; None when there are several, or none."""
    found = await rows("SELECT programme_id FROM programmes ORDER BY programme_id LIMIT 2")
    return await programmes.get(found[0]["programme_id"]) if len(found) == 1 else None
