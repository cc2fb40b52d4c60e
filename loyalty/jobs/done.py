"""Jobs that are over."""

from datetime import timedelta

from db.engine import run
from db.enums import JobState
from loyalty import clock

KEPT = timedelta(days=14)


async def forget_old(programme_id: int) -> int:
    """Delete jobs done more than 14 days ago; dead ones stay. Returns how many."""
    gone = await run(
        "DELETE FROM jobs WHERE programme_id = {} AND state = {} AND done_at < {} RETURNING id",
        programme_id,
        JobState.DONE,
        clock.now() - KEPT,
    )
    return len(gone)
