"""Referrals: cancelling, pending and completed. PRODUCT G2, G3."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from db.engine import atomic, one, run, value
from db.enums import EntryKind, ReferralStatus
from loyalty import clock
from loyalty.errors import (
    AlreadyDone,
    LoyaltyError,
    NotEnoughPoints,
    NotFound,
)
from loyalty.ledger.locking import locked
from loyalty.referrals import cancelling, undoing
from loyalty.referrals.claiming import claim
from loyalty.rewards import codes
from loyalty.rules.actors import SYSTEM
from tests import factories
from tests.cast import Cast, undo_last
from tests.referring import (
    NOW,
    completed,
    coupon_status,
    finn_orders,
    invite,
    status_of,
    with_coupon,
)


@pytest.fixture(autouse=True)
async def on_a_monday() -> AsyncIterator[None]:
    with clock.at(NOW):
        yield


async def test_cancelling_a_pending_referral_voids_the_code_and_nothing_pays_later(cast: Cast) -> None:
    await with_coupon()
    claimed = await invite(cast)
    plan = await cancelling.consequences(1, claimed.uid)
    done = await cancelling.cancel(1, claimed.uid, by=cast.theo, reason="Mistake", key="k")
    assert plan.sentences == done.sentences
    assert done.status is ReferralStatus.CANCELLED
    assert "becomes void" in done.sentences[0]
    with pytest.raises(AlreadyDone, match="void"):
        await codes.use(1, str(claimed.code), till="a", by=SYSTEM)
    assert await finn_orders(cast, discount_codes=[claimed.code]) is None
    assert await factories.balance(cast.ines) == 0
    again = await cancelling.cancel(1, claimed.uid, by=cast.theo, reason="Mistake", key="k")
    assert again.action.uid == done.action.uid
    with pytest.raises(AlreadyDone):
        await cancelling.cancel(1, claimed.uid, by=cast.theo, reason="Mistake", key="k2")


async def test_a_code_used_a_moment_ago_stops_the_cancellation(cast: Cast) -> None:
    await with_coupon()
    claimed = await invite(cast)
    await codes.use(1, str(claimed.code), till="a", by=SYSTEM)
    with pytest.raises(AlreadyDone, match="just used the code"):
        await cancelling.cancel(1, claimed.uid, by=cast.theo, reason="x", key="k")
    assert await status_of(claimed.uid) == "pending"


async def test_cancelling_and_using_at_once_end_with_one_of_them(cast: Cast) -> None:
    await with_coupon()
    claimed = await invite(cast)
    results = await asyncio.gather(
        cancelling.cancel(1, claimed.uid, by=cast.theo, reason="x", key="k"),
        codes.use(1, str(claimed.code), till="a", by=SYSTEM),
        return_exceptions=True,
    )
    assert sum(isinstance(result, LoyaltyError) for result in results) == 1
    assert (await status_of(claimed.uid), await coupon_status()) in [
        ("cancelled", "void"),
        ("pending", "used"),
    ]


async def test_cancelling_and_completing_at_once_pay_or_cancel_but_never_both(cast: Cast) -> None:
    await factories.referral_policy(1)
    claimed = await invite(cast)
    await asyncio.gather(
        cancelling.cancel(1, claimed.uid, by=cast.theo, reason="x", key="k"),
        finn_orders(cast),
        return_exceptions=True,
    )
    paid = await value("SELECT count(*) FROM ledger_entries WHERE programme_id = 1 AND kind = 'referral'")
    ended = await one("SELECT status, completed_at FROM referrals WHERE programme_id = 1")
    assert ended is not None
    assert ended["status"] == "cancelled"
    assert (ended["completed_at"] is not None) == bool(paid)


async def test_undoing_a_cancellation_opens_the_referral_and_its_code(cast: Cast) -> None:
    await with_coupon()
    claimed = await invite(cast)
    await cancelling.cancel(1, claimed.uid, by=cast.theo, reason="x", key="k")
    assert await undo_last(cast, undoing.undo) == "Ines Okafor's referral of a friend is pending again"
    assert await coupon_status() == "outstanding"
    assert await finn_orders(cast) is not None
    assert await factories.balance(cast.ines) == 300


async def test_a_cancellation_stays_when_the_friend_has_another_referrer_by_now(cast: Cast) -> None:
    await factories.referral_policy(1)
    claimed = await invite(cast)
    await cancelling.cancel(1, claimed.uid, by=cast.theo, reason="x", key="k")
    await claim(1, cast.rex.referral_code, "finn@example.org", signals={}, key="rex")
    with pytest.raises(AlreadyDone, match="invited this friend meanwhile"):
        await undo_last(cast, undoing.undo)


async def test_who_leaves_loses_pending_referrals_and_the_friends_keep_their_coupons(cast: Cast) -> None:
    await with_coupon()
    claimed = await invite(cast)
    async with atomic():
        closed = await cancelling.cancel_of_left_referrer(await locked(1, cast.ines.id))
    assert len(closed) == 1
    assert (await status_of(claimed.uid), await coupon_status()) == ("cancelled", "outstanding")
    assert await finn_orders(cast, discount_codes=[claimed.code]) is None
    await run("UPDATE issued_rewards SET status = 'expired' WHERE programme_id = 1")


async def test_cancelling_a_completed_referral_leaves_the_reward_by_default(cast: Cast) -> None:
    claimed = await completed(cast)
    done = await cancelling.cancel(1, claimed.uid, by=cast.theo, reason="x", key="k")
    assert done.sentences == ("The friend's code becomes void.", "The referrer keeps 300 points.")
    assert (await status_of(claimed.uid), await coupon_status()) == ("cancelled", "void")
    assert await factories.balance(cast.ines) == 300


async def test_taking_the_reward_back_reverses_points_and_reward(cast: Cast) -> None:
    gift = await factories.reward(1, "Tote bag")
    claimed = await completed(cast, referrer_reward_id=gift.id)
    plan = await cancelling.consequences(1, claimed.uid, take_back_reward=True)
    done = await cancelling.cancel(1, claimed.uid, by=cast.theo, reason="x", key="k", take_back_reward=True)
    assert done.status is ReferralStatus.REVERSED
    assert done.sentences == plan.sentences
    assert done.sentences[-1] == "The referrer loses 300 points and Tote bag."
    assert await factories.entries(cast.ines) == [(EntryKind.REFERRAL, 300), (EntryKind.UNDO, -300)]
    assert await value("SELECT count(*) FROM issued_rewards WHERE programme_id = 1 AND status = 'void'") == 2


async def test_a_used_order_is_left_alone(cast: Cast) -> None:
    await with_coupon()
    claimed = await invite(cast)
    await finn_orders(cast, discount_codes=[claimed.code])
    done = await cancelling.cancel(1, claimed.uid, by=cast.theo, reason="x", key="k")
    assert "The friend's order with the code is left alone." in done.sentences
    assert await coupon_status() == "used"


async def test_a_reward_used_meanwhile_is_left_alone_and_the_dialog_says_so(cast: Cast) -> None:
    gift = await factories.reward(1, "Tote bag")
    claimed = await completed(cast, referrer_reward_id=gift.id)
    code = await value("SELECT code FROM issued_rewards WHERE programme_id = 1 AND reward_id = {}", gift.id)
    await codes.use(1, code, till="a", by=SYSTEM)
    plan = await cancelling.consequences(1, claimed.uid, take_back_reward=True)
    assert plan.sentences[-2:] == (
        "The referrer loses 300 points.",
        "The reward itself has been used or has expired and is left alone.",
    )
    await cancelling.cancel(1, claimed.uid, by=cast.theo, reason="x", key="k", take_back_reward=True)
    assert await factories.balance(cast.ines) == 0


async def test_a_spent_reward_can_not_be_taken_back_and_nothing_happens(cast: Cast) -> None:
    claimed = await completed(cast)
    await factories.give(cast.ines, -200, at=NOW)
    with pytest.raises(NotEnoughPoints):
        await cancelling.cancel(1, claimed.uid, by=cast.theo, reason="x", key="k", take_back_reward=True)
    assert (await status_of(claimed.uid), await coupon_status()) == ("completed", "outstanding")


async def test_taking_back_undoing_and_taking_back_again_adds_up(cast: Cast) -> None:
    claimed = await completed(cast)
    for turn in range(3):
        await cancelling.cancel(
            1, claimed.uid, by=cast.theo, reason="x", key=f"k{turn}", take_back_reward=True
        )
        assert await factories.balance(cast.ines) == 0
        await undo_last(cast, undoing.undo)
        assert await factories.balance(cast.ines) == 300
        assert (await status_of(claimed.uid), await coupon_status()) == ("completed", "outstanding")


async def test_a_referral_of_another_programme_does_not_exist(cast: Cast) -> None:
    await factories.referral_policy(1)
    claimed = await invite(cast)
    with pytest.raises(NotFound):
        await cancelling.cancel(cast.other_programme_id, claimed.uid, by=cast.nils, reason="x", key="k")
