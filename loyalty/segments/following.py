"""Looking at those something happened to, and at whom that moves beside them (PRODUCT K5).

What one person does can shift a line for others: a rank, the top tenth, a percentile. The yardstick is
measured again, and whoever stands between an old and a new line is judged, too. So at any moment members
are what a refresh of everybody would make them.
"""

from collections.abc import Sequence
from dataclasses import replace

from db.engine import Row, atomic, hold, join_widely, retried
from db.enums import MoveCause
from loyalty import due, triggers
from loyalty.segments import footing, measuring, nights, reaching, refreshing, shifting, stored
from loyalty.segments.footing import Footing
from loyalty.segments.scopes import Scope, parts, those
from loyalty.segments.statements import Statement
from loyalty.segments.stored import Segment

FEW = 500
"""So many are found one by one; more are joined as a set."""

_WHOLE_DAYS = Statement("""SELECT f.customer_id, f.days_mark, f.last_day, f.f_count, f.m_minor, f.ever_days,
      f.ever_minor FROM segment_facts f WHERE f.programme_id = $$ AND $$ ORDER BY f.customer_id""")


async def follow(programme_id: int) -> int:
    """Look at everybody who is due. Returns how many. Before the first refresh there is nothing to keep right."""
    looked = 0
    while ids := await due.take(programme_id):
        segments = await _look(programme_id, ids)
        if segments is not None:
            async for part in parts(programme_id):
                await refreshing.judge_part(programme_id, segments, part, MoveCause.EVENT)
        looked += len(ids)
    return looked


@retried
async def _look(programme_id: int, ids: Sequence[int]) -> tuple[Segment, ...] | None:
    """Judge these and whoever they shift. When that is everybody: the segments they must be judged by."""
    async with atomic():
        await hold("segments", programme_id)
        await due.done(programme_id, ids[-1])
        await triggers.happened(programme_id, ids)
        state = await footing.state(programme_id)
        if state is None or state.refreshed_at is None:
            return None
        if len(ids) > FEW:
            await join_widely()
        stands, people = state.footing, those(ids)
        segments = await stored.live(programme_id)
        before = await _whole_days(stands, people)
        await reaching.write(stands, people)
        after = await _whole_days(stands, people)
        marks = [{row["customer_id"]: row["days_mark"] for row in found} for found in (before, after)]
        stick = await measuring.measure(
            stands,
            await footing.policy(programme_id),
            segments,
            gaps=marks[0] != marks[1],
            values=before != after,
        )
        measured = replace(stands, yardstick=stick)
        if stick != stands.yardstick:
            await footing.save(measured)
            shifted = await shifting.shifted(stands, measured, segments)
            if shifted is None:
                return segments
            people = those((*ids, *shifted))
        round_ = await nights.begun(programme_id, MoveCause.EVENT)
        await refreshing.judged(measured, segments, people, round_)
        return None


async def _whole_days(stands: Footing, people: Scope) -> list[Row]:
    """What of these people goes into everybody's R, F and M."""
    return await _WHOLE_DAYS.rows(stands.programme_id, people.on("f.customer_id"))
