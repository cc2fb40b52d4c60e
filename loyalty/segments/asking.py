"""Having everybody looked at again without waiting for it."""

from db.engine import atomic
from loyalty import due


async def refresh_soon(programme_id: int) -> str:
    """Put a full refresh that is no night into the queue, once; what to tell whoever asked."""
    async with atomic():
        new = await due.everybody(programme_id)
    return "Everybody is being looked at now" if new else "Everybody is being looked at already"
