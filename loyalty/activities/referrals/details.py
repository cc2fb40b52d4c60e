"""One referral, and what cancelling it would do now (PRODUCT G2, G3)."""

from db.engine import one, snapshot
from loyalty.activities.referrals.reading import COLUMNS, JOINS, view
from loyalty.activities.referrals.views import CancellationPlan, ReferralView
from loyalty.errors import AlreadyDone, Invalid, NotFound
from loyalty.referrals.cancelling import consequences

_ONE = f"SELECT {COLUMNS} FROM referrals f {JOINS} WHERE f.programme_id = {{0}} AND f.uid = {{1}}"


async def referral(programme_id: int, uid: str) -> ReferralView:
    """The referral with this public id. Raises NotFound."""
    row = await one(_ONE, programme_id, uid)
    if row is None:
        raise NotFound("There is no such referral in this programme.")
    return view(row)


async def cancellation(programme_id: int, uid: str) -> CancellationPlan:
    """What the dialog says: both ways of cancelling, or why it can't be cancelled. Raises NotFound."""
    async with snapshot():
        found = await referral(programme_id, uid)
        try:
            keep = await consequences(programme_id, uid)
        except (AlreadyDone, Invalid) as refusal:
            return CancellationPlan(found, None, None, str(refusal))
        paid = found.completed is not None and (found.points is not None or found.reward is not None)
        take_back = await consequences(programme_id, uid, take_back_reward=True) if paid else None
    return CancellationPlan(found, keep, take_back, None)
