"""A friend follows the link (PRODUCT G1)."""

from collections.abc import Mapping

from db.engine import atomic, one, retried
from db.enums import CustomerType, ReferralStatus
from db.ids import new_id, new_uid
from loyalty import clock
from loyalty.errors import NotAllowed
from loyalty.referrals import marks, stored
from loyalty.referrals.policies import policy
from loyalty.referrals.stored import NewReferral


@retried
async def click(programme_id: int, referral_code: str, *, signals: Mapping[str, str]) -> str:
    """Note that somebody followed a member's link; the uid that their browser remembers.

    Raises NotAllowed when the invitation isn't open.
    A stranger's click is a row of its own and not an audited action. `signals` as in `claim`.
    """
    async with atomic():
        enabled, now = (await policy(programme_id)).enabled, clock.now()
        referrer = await one(
            "SELECT k.id, k.type FROM customers c JOIN customers k"
            " ON k.programme_id = c.programme_id AND k.id = coalesce(c.merged_into, c.id)"
            " WHERE c.programme_id = {} AND c.referral_code = {}",
            programme_id,
            referral_code,
        )
        if referrer is None or not enabled or referrer["type"] != CustomerType.MEMBER:
            raise NotAllowed("This invitation is no longer open.")
        new = NewReferral(
            id=new_id(now),
            uid=new_uid(),
            referrer_id=referrer["id"],
            status=ReferralStatus.CLICKED,
            signals=marks.hashed(programme_id, signals),
            clicked_at=now,
        )
        await stored.insert(programme_id, new)
        return new.uid
