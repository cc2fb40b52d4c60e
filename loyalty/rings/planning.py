"""Exactly what a decision about a ring would do, referral by referral, said before it is done (PRODUCT G4)."""

from dataclasses import dataclass

from db.engine import snapshot
from db.enums import ReferralStatus, Verdict
from loyalty.activities.referrals.views import ReferralView
from loyalty.errors import LoyaltyError
from loyalty.ledger.balances import balance
from loyalty.referrals import stored
from loyalty.referrals.cancelling import consequences
from loyalty.rings.finding import RingView


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one referral. `acts`: anything does; `take_back`: the referrer's reward goes, too."""

    referral: ReferralView
    acts: bool
    take_back: bool
    sentences: tuple[str, ...]


async def plan(programme_id: int, ring: RingView, verdict: Verdict) -> tuple[Step, ...]:
    """The steps of a decision, in the order in which they are taken. Nothing is changed."""
    async with snapshot():
        if verdict is Verdict.LET_THROUGH:
            return tuple(_let_through(each) for each in ring.referrals)
        left: dict[int, int] = {}
        return tuple([await _block(programme_id, each, left) for each in ring.referrals])


def _let_through(each: ReferralView) -> Step:
    if not each.decidable:
        return Step(each, False, False, ("Stays as it is.",))
    if each.order:
        return Step(
            each, True, False, (f"Order {each.order} completes it now, and the referrer is rewarded.",)
        )
    coupon = ("The friend gets the coupon.",) if each.status is ReferralStatus.BLOCKED else ()
    return Step(each, True, False, (*coupon, "The friend’s first order completes it."))


async def _block(programme_id: int, each: ReferralView, left: dict[int, int]) -> Step:
    """`left` is what each referrer can still give back: rewards are taken back as long as that lasts."""
    referrer = (await stored.find(programme_id, each.uid)).referrer_id
    if referrer not in left:
        left[referrer] = (await balance(programme_id, referrer)).available
    got = each.points or 0
    take_back = each.status is ReferralStatus.COMPLETED and (got > 0 or each.reward is not None)
    spent = take_back and got > left[referrer]
    try:
        done = await consequences(programme_id, each.uid, take_back_reward=take_back and not spent)
    except LoyaltyError as refusal:
        return Step(each, False, False, (str(refusal),))
    if take_back and not spent:
        left[referrer] -= got
    kept = ("The points are spent, so they can’t be taken back.",) if spent else ()
    return Step(each, True, take_back and not spent, done.sentences + kept)
