"""A shop's brand, for the admin, the portal and mail: one place that knows its logo and how its colour reads.

logo_path(programme)        where the logo is served, or None
await logo(uid, digest)     its bytes, for that address
colours.read(colour)        what text it takes (loyalty.rules.colours)
"""

from dataclasses import dataclass

from db.engine import one, value
from loyalty.errors import NotFound
from loyalty.programmes import Programme


@dataclass(frozen=True, slots=True)
class Logo:
    """The bytes as they are served, and their content type."""

    media: str
    body: bytes


def logo_path(programme: Programme) -> str | None:
    """The path of the logo; it holds the hash of its content, so it may be kept for ever."""
    return f"/brand/{programme.uid}/{programme.logo_digest}" if programme.logo_digest else None


async def logo(programme_uid: str, digest: str) -> Logo:
    """The logo of this programme with this hash, an earlier one too. Raises NotFound."""
    programme_id = await value("SELECT programme_id FROM programmes WHERE uid = {}", programme_uid)
    sql = "SELECT media, body FROM logos WHERE programme_id = {} AND digest = {}"
    row = await one(sql, programme_id, digest) if programme_id is not None else None
    if row is None:
        raise NotFound("There is no such logo.")
    return Logo(row["media"], bytes(row["body"]))
