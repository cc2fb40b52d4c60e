"""Requests nobody decided on, swept nightly (PRODUCT C7). Nobody waits for it: a decision goes by date."""

from db.engine import atomic, retried, run
from loyalty import audit, clock
from loyalty.rules.actors import SYSTEM

_LAPSE = """UPDATE approvals SET status = 'lapsed', decided_at = {}, version = version + 1
    WHERE programme_id = {} AND status = 'waiting' AND lapses_at <= {} RETURNING id"""


@retried
async def lapse(programme_id: int) -> int:
    """Close requests past their date. Returns how many."""
    async with atomic():
        now = clock.now()
        lapsed = await run(_LAPSE, now, programme_id, now)
        if lapsed:
            await audit.record(
                programme_id,
                "approvals.lapsed",
                ("programme", programme_id),
                f"{len(lapsed):,} {'request' if len(lapsed) == 1 else 'requests'} for an adjustment lapsed",
                by=SYSTEM,
                after={"requests": len(lapsed)},
            )
        return len(lapsed)
