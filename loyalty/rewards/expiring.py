"""Codes and reservations whose time is over, swept nightly.

Nobody waits for it: every check goes by date (`loyalty.rules.codes.status_at`).
"""

from db.engine import atomic, retried, run
from loyalty import audit, clock
from loyalty.rules.actors import SYSTEM

_FREE = """UPDATE issued_rewards SET status = 'outstanding', reserved_until = NULL, reserved_by = '',
      version = version + 1
    WHERE programme_id = {} AND status = 'reserved' AND reserved_until <= {}"""
_EXPIRE = """UPDATE issued_rewards SET status = 'expired', version = version + 1
    WHERE programme_id = {} AND status = 'outstanding' AND expires_at <= {} RETURNING id"""


@retried
async def expire_codes(programme_id: int) -> int:
    """Free late reservations, then mark codes past their date. Returns how many codes expired."""
    async with atomic():
        now = clock.now()
        await run(_FREE, programme_id, now)
        expired = await run(_EXPIRE, programme_id, now)
        if expired:
            await audit.record(
                programme_id,
                "codes.expired",
                ("programme", programme_id),
                f"{len(expired):,} reward {'code' if len(expired) == 1 else 'codes'} expired",
                by=SYSTEM,
                after={"codes": len(expired)},
            )
        return len(expired)
