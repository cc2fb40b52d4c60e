"""The first way in: a link at the first start, and the demo shop's link."""

from db.engine import atomic, one, retried
from db.enums import StaffRole, StaffStatus, TokenPurpose
from loyalty.errors import NotFound
from loyalty.rules.actors import SYSTEM
from loyalty.sessions import links
from loyalty.settings import settings
from loyalty.staff.adding import add

FIRST_EMAIL = "owner@regulars.invalid"
"""Until the owner says a real one; mail to .invalid goes nowhere by definition."""


def link_url(base_url: str, token: str) -> str:
    """Where a one-time link leads."""
    return f"{base_url.rstrip('/')}/admin/sign-in/link/{token}"


@retried
async def first_owner_link(programme_id: int, base_url: str) -> str | None:
    """A one-time link that makes its bearer the owner; None once the programme has one.

    Called at every start: until it is used, each start gives a new link and the old one stops working.
    """
    async with atomic():
        if await _owner(programme_id) is not None:
            return None
        added = await add(programme_id, FIRST_EMAIL, StaffRole.OWNER, name="Owner", by=SYSTEM)
    return link_url(base_url, added.link_token) if added.link_token else None


async def demo_sign_in_link(programme_id: int) -> str:
    """A one-time link to the demo shop as its owner. Raises NotFound unless this is a demo."""
    if not settings().demo:
        raise NotFound("This isn't a demo shop.")
    owner = await _owner(programme_id)
    if owner is None:
        raise NotFound("The demo shop has no owner yet. Load it with: regulars demo")
    token = await links.make(programme_id, TokenPurpose.STAFF_SIGN_IN, owner, void_older=False)
    return link_url(settings().base_url, token)


async def _owner(programme_id: int) -> int | None:
    row = await one(
        "SELECT id FROM staff WHERE programme_id = {} AND role = {} AND status = {} ORDER BY id LIMIT 1",
        programme_id,
        StaffRole.OWNER,
        StaffStatus.ACTIVE,
    )
    return row["id"] if row else None
