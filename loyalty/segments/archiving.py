"""Taking a segment away: whoever was in it leaves, its history stays."""

from db.engine import run
from db.enums import MoveCause
from loyalty import clock
from loyalty.segments import footing, judging, nights, uses
from loyalty.segments.stored import Segment


async def archive(programme_id: int, segment: Segment) -> None:
    """In the caller's transaction, which holds the segments. Raises Invalid while anything asks about it."""
    uses.refuse(segment, await uses.used_in(programme_id, segment))
    state, now = await footing.state(programme_id), clock.now()
    if state is not None:
        round_ = await nights.begun(programme_id, MoveCause.BY_HAND)
        await judging.empty(state.footing, segment, round_)
    await run(
        "UPDATE segments SET archived_at = {} WHERE programme_id = {} AND id = {}",
        now,
        programme_id,
        segment.id,
    )
