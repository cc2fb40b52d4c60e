"""Referrals: clicked, claimed, completed, cancelled, let through. PRODUCT G."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from db.engine import atomic, loads, one, rows, value
from db.enums import EntryKind, ReferralStatus
from loyalty import clock
from loyalty.errors import (
    AlreadyDone,
    Invalid,
    KeyReused,
    LoyaltyError,
    NotAllowed,
    NotEnoughPoints,
    NotFound,
    Stale,
)
from loyalty.ledger.locking import locked
from loyalty.referrals import cancelling, deciding, policies, undoing
from loyalty.referrals.claiming import Claimed, claim
from loyalty.referrals.clicking import click
from loyalty.referrals.completing import complete_for_order
from loyalty.referrals.lapsing import lapse
from loyalty.referrals.paying import Completed
from loyalty.referrals.policies import ReferralPolicy
from loyalty.rewards import codes
from loyalty.rules.actors import SYSTEM
from tests import factories
from tests.cast import Cast
from tests.factories import START, Person

NOW = START + timedelta(hours=1)
DAY = timedelta(days=1)
MARKS = {"ip": "203.0.113.7", "device": "phone-1"}


@pytest.fixture(autouse=True)
async def on_a_monday() -> AsyncIterator[None]:
    with clock.at(NOW):
        yield


async def invite(cast: Cast, email: str = "finn@example.org", **more: Any) -> Claimed:
    return await claim(
        1,
        cast.ines.referral_code,
        email,
        **{"name": "Finn", "signals": MARKS, "key": f"claim-{email}", **more},
    )


async def with_coupon(**policy: Any) -> None:
    coupon = await factories.reward(1, "€10 off", redeemable=False)
    await factories.referral_policy(1, friend_reward_id=coupon.id, **policy)


async def finn_orders(
    cast: Cast, total: int = 5000, *, friend: Person | None = None, first: bool = True, **order: Any
) -> Completed | None:
    friend = friend or await factories.customer(1, "Finn Aalto")
    made = await factories.order(friend, cast.web.id, total, **{"at": NOW + DAY, **order})
    async with atomic():
        return await complete_for_order(await locked(1, friend.id), made.id, first_order=first)


async def status_of(uid: str) -> str:
    return str(await value("SELECT status FROM referrals WHERE programme_id = 1 AND uid = {}", uid))


async def coupon_status() -> str:
    return str(
        await value("SELECT status FROM issued_rewards WHERE programme_id = 1 AND source = 'referral'")
    )


async def undo_last(cast: Cast) -> str:
    action = await one("SELECT * FROM actions WHERE programme_id = 1 AND undo IS NOT NULL ORDER BY id DESC")
    assert action is not None
    async with atomic():
        return await undoing.undo(1, {**action, "undo": loads(action["undo"])}, by=cast.mara)


# --- clicked and claimed


async def test_a_click_is_remembered_for_the_cookies_days_and_becomes_the_claim(cast: Cast) -> None:
    await factories.referral_policy(1)
    clicked = await click(1, cast.ines.referral_code, signals=MARKS)
    assert (clicked.remember, clicked.referrer_first_name) == (7 * DAY, "Ines")
    claimed = await invite(cast, click=clicked.uid)
    assert claimed.uid == clicked.uid
    assert await status_of(claimed.uid) == "pending"
    assert await value("SELECT count(*) FROM referrals WHERE programme_id = 1") == 1


async def test_a_claim_yields_a_coupon_once(cast: Cast) -> None:
    await with_coupon()
    first = await invite(cast)
    assert first.code is not None
    assert (await invite(cast)).code == first.code
    with pytest.raises(AlreadyDone, match="already claimed"):
        await invite(cast, " Finn@EXAMPLE.org", key="another")
    with pytest.raises(KeyReused):
        await invite(cast, "other@example.org", key="claim-finn@example.org")
    assert await value("SELECT count(*) FROM issued_rewards WHERE programme_id = 1") == 1


async def test_only_hashes_of_marks_are_kept(cast: Cast) -> None:
    await factories.referral_policy(1)
    await invite(cast)
    signals = await value("SELECT signals FROM referrals WHERE programme_id = 1")
    assert set(loads(signals)) == {"ip", "device"}
    assert "203.0.113.7" not in str(signals)


async def test_an_address_has_one_referrer_and_the_first_claim_wins(cast: Cast) -> None:
    await factories.referral_policy(1)
    results = await asyncio.gather(
        *(
            claim(1, person.referral_code, "finn@example.org", signals={}, key=person.uid)
            for person in (cast.ines, cast.rex)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(result, AlreadyDone) for result in results) == 1
    assert await value("SELECT count(*) FROM referrals WHERE programme_id = 1") == 1


async def test_bad_own_and_known_addresses_are_refused(cast: Cast) -> None:
    await factories.referral_policy(1)
    with pytest.raises(Invalid, match="valid e-mail"):
        await invite(cast, "finn")
    with pytest.raises(Invalid, match="can't invite yourself"):
        await invite(cast, "INES@example.org")
    with pytest.raises(NotAllowed, match="new customers"):
        await invite(cast, "pia@example.org")


async def test_an_invitation_is_closed_when_referrals_are_off_or_the_referrer_left(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        await invite(cast)
    with pytest.raises(NotAllowed):
        await click(1, cast.ines.referral_code, signals={})
    await factories.referral_policy(1)
    for code in (cast.pia.referral_code, "NOBODY"):
        with pytest.raises(NotAllowed, match="no longer open"):
            await claim(1, code, "finn@example.org", signals={}, key="k")
        with pytest.raises(NotAllowed, match="no longer open"):
            await click(1, code, signals={})


# --- completed


async def test_the_first_order_of_the_same_address_pays_the_referrer(cast: Cast) -> None:
    gift = await factories.reward(1, "Tote bag")
    await with_coupon(referrer_reward_id=gift.id, min_order_minor=2000)
    claimed = await invite(cast)
    done = await finn_orders(cast)
    assert done is not None
    assert done.action.sentence == "Finn ordered, so Ines Okafor got 300 points and Tote bag"
    assert await factories.entries(cast.ines) == [(EntryKind.REFERRAL, 300)]
    assert (
        await value("SELECT key FROM ledger_entries WHERE programme_id = 1")
        == f"referral:{claimed.uid}:referrer"
    )
    assert await status_of(claimed.uid) == "completed"
    names = await rows("SELECT customer_id FROM issued_rewards WHERE programme_id = 1 ORDER BY id")
    assert all(row["customer_id"] is not None for row in names)


async def test_the_code_completes_under_another_address_and_is_used_up(cast: Cast) -> None:
    await with_coupon()
    claimed = await invite(cast)
    stranger = await factories.customer(1, "Somebody Else")
    done = await finn_orders(cast, friend=stranger, discount_codes=["SUMMER", str(claimed.code).lower()])
    assert done is not None
    assert await coupon_status() == "used"


@pytest.mark.parametrize(
    ("case", "facts"),
    [
        ("below the minimum", {"total": 1999}),
        ("refunded below it", {"total": 5000, "refunded_minor": 4000}),
        ("not the first order", {"first": False}),
        ("not earning", {"earns": False}),
        ("a test order", {"test": True}),
        ("before the claim", {"at": NOW - DAY}),
        ("after it lapsed", {"at": NOW + 181 * DAY}),
    ],
)
async def test_an_order_that_does_not_count_completes_nothing(cast: Cast, case: str, facts: dict) -> None:
    await factories.referral_policy(1, min_order_minor=2000)
    claimed = await invite(cast)
    assert await finn_orders(cast, **facts) is None, case
    assert await status_of(claimed.uid) == "pending"
    assert await factories.balance(cast.ines) == 0


async def test_nobody_completes_their_own_referral_with_the_friends_code(cast: Cast) -> None:
    await with_coupon()
    claimed = await invite(cast)
    assert await finn_orders(cast, friend=cast.ines, discount_codes=[claimed.code]) is None
    assert await status_of(claimed.uid) == "pending"


async def test_an_order_completes_once_however_often_it_comes(cast: Cast) -> None:
    await factories.referral_policy(1)
    await invite(cast)
    finn = await factories.customer(1, "Finn Aalto")
    made = await factories.order(finn, cast.web.id, 5000, at=NOW + DAY)

    async def come() -> Completed | None:
        async with atomic():
            return await complete_for_order(await locked(1, finn.id), made.id, first_order=True)

    results = [await come() for _ in range(3)]
    assert [result is not None for result in results] == [True, False, False]
    assert await factories.balance(cast.ines) == 300


async def test_claims_lapse_and_free_the_address(cast: Cast) -> None:
    await factories.referral_policy(1)
    first = await invite(cast)
    with clock.at(NOW + 180 * DAY):
        second = await claim(1, cast.rex.referral_code, "finn@example.org", signals={}, key="k")
        assert await lapse(1) == 0
    assert (await status_of(first.uid), await status_of(second.uid)) == ("expired", "pending")
    with clock.at(NOW + 361 * DAY):
        assert await lapse(1) == 1
        assert await lapse(1) == 0


# --- cancelled while pending


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
    assert await undo_last(cast) == "Ines Okafor's referral of Finn is pending again"
    assert await coupon_status() == "outstanding"
    assert await finn_orders(cast) is not None
    assert await factories.balance(cast.ines) == 300


async def test_a_cancellation_stays_when_the_friend_has_another_referrer_by_now(cast: Cast) -> None:
    await factories.referral_policy(1)
    claimed = await invite(cast)
    await cancelling.cancel(1, claimed.uid, by=cast.theo, reason="x", key="k")
    await claim(1, cast.rex.referral_code, "finn@example.org", signals={}, key="rex")
    with pytest.raises(AlreadyDone, match="invited this friend meanwhile"):
        await undo_last(cast)


async def test_who_leaves_loses_pending_referrals_and_the_friends_keep_their_coupons(cast: Cast) -> None:
    await with_coupon()
    claimed = await invite(cast)
    async with atomic():
        closed = await cancelling.cancel_of_left_referrer(await locked(1, cast.ines.id), by=cast.mara)
    assert len(closed) == 1
    assert (await status_of(claimed.uid), await coupon_status()) == ("cancelled", "outstanding")
    assert await finn_orders(cast, discount_codes=[claimed.code]) is None
    await factories.run("UPDATE issued_rewards SET status = 'expired' WHERE programme_id = 1")


# --- cancelled after completion


async def completed(cast: Cast, **policy: Any) -> Claimed:
    await with_coupon(**policy)
    claimed = await invite(cast)
    assert await finn_orders(cast) is not None
    return claimed


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
        await undo_last(cast)
        assert await factories.balance(cast.ines) == 300
        assert (await status_of(claimed.uid), await coupon_status()) == ("completed", "outstanding")


async def test_a_referral_of_another_programme_does_not_exist(cast: Cast) -> None:
    await factories.referral_policy(1)
    claimed = await invite(cast)
    with pytest.raises(NotFound):
        await cancelling.cancel(cast.other_programme_id, claimed.uid, by=cast.nils, reason="x", key="k")


# --- fraud


async def test_the_same_mailbox_is_blocked_with_evidence_and_gets_no_code(cast: Cast) -> None:
    await with_coupon()
    claimed = await invite(cast, "ines+friend@example.org")
    assert claimed.code is None
    row = await one("SELECT status, score, evidence FROM referrals WHERE programme_id = 1")
    assert row is not None
    assert (row["status"], row["score"]) == ("blocked", 80)
    assert loads(row["evidence"])[0]["sentence"] == "Both e-mail addresses reach the same mailbox."


async def test_a_blocked_claim_can_be_let_through(cast: Cast) -> None:
    await with_coupon()
    claimed = await invite(cast, "ines+friend@example.org")
    first = await deciding.let_through(1, claimed.uid, by=cast.mara, reason="Her sister", key="k")
    again = await deciding.let_through(1, claimed.uid, by=cast.mara, reason="Her sister", key="k")
    assert first.uid == again.uid
    assert (await status_of(claimed.uid), await coupon_status()) == ("pending", "outstanding")
    sister = await factories.customer(1, "Ife Okafor", email="ines+friend@example.org")
    assert await finn_orders(cast, friend=sister) is not None


async def test_velocity_holds_the_payment_until_somebody_decides(cast: Cast) -> None:
    await factories.referral_policy(1)
    for number in range(12):
        claimed = await invite(cast, f"friend{number}@example.org", key=f"k{number}")
    assert await value("SELECT score FROM referrals WHERE programme_id = 1 AND uid = {}", claimed.uid) == 40
    await factories.run("UPDATE referrals SET score = 55 WHERE programme_id = 1 AND uid = {}", claimed.uid)
    friend = await factories.customer(1, "Friend Eleven", email="friend11@example.org")
    assert await finn_orders(cast, friend=friend) is None
    assert await status_of(claimed.uid) == "blocked"
    await deciding.let_through(1, claimed.uid, by=cast.mara, reason="A fair", key="k")
    assert await status_of(claimed.uid) == "completed"
    assert await factories.balance(cast.ines) == 300


# --- settings


async def test_settings_are_saved_guarded_and_undone(cast: Cast) -> None:
    wanted = ReferralPolicy(enabled=True, referrer_points=500)
    first = await policies.save(1, wanted, by=cast.mara, key="a")
    assert (await policies.save(1, wanted, by=cast.mara, key="a")).uid == first.uid
    assert await policies.policy(1) == wanted
    await policies.save(1, ReferralPolicy(enabled=True), by=cast.mara, key="b", version=1)
    with pytest.raises(Stale):
        await policies.save(1, wanted, by=cast.theo, key="c", version=1)
    await undo_last(cast)
    assert await policies.policy(1) == wanted
    with pytest.raises(NotFound):
        await policies.save(1, ReferralPolicy(friend_reward_id=12345), by=cast.mara, key="d")
