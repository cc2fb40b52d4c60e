"""Claims without an order in time, swept nightly (PRODUCT G1). Nobody waits for it: completion goes by date."""

from datetime import timedelta

from db.engine import atomic, retried, run
from loyalty import audit, clock
from loyalty.referrals.policies import policy
from loyalty.rules.actors import SYSTEM

_LAPSE = """UPDATE referrals SET status = 'expired', ended_at = {}, end_reason = 'The claim has lapsed.',
      version = version + 1
    WHERE programme_id = {} AND status = 'pending' AND lapses_at <= {} RETURNING id"""
_FORGET = """UPDATE referrals SET status = 'expired', ended_at = {}, end_reason = 'Nothing followed the click.',
      version = version + 1
    WHERE programme_id = {} AND status = 'clicked' AND clicked_at <= {}"""


@retried
async def lapse(programme_id: int) -> int:
    """Close claims past their date, and clicks whose cookie is gone. Returns how many claims lapsed.

    The friend's coupon keeps its own date.
    """
    async with atomic():
        now, terms = clock.now(), await policy(programme_id)
        lapsed = await run(_LAPSE, now, programme_id, now)
        await run(_FORGET, now, programme_id, now - timedelta(days=terms.cookie_days))
        if lapsed:
            await audit.record(
                programme_id,
                "referrals.lapsed",
                ("programme", programme_id),
                f"{len(lapsed):,} referral {'claim' if len(lapsed) == 1 else 'claims'} lapsed",
                by=SYSTEM,
                after={"referrals": len(lapsed)},
            )
        return len(lapsed)
