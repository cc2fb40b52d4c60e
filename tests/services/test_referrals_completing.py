"""Referrals: what completes one. PRODUCT G1."""

from collections.abc import AsyncIterator

import pytest

from db.engine import atomic, rows, value
from db.enums import EntryKind
from loyalty import clock
from loyalty.ledger.locking import locked
from loyalty.referrals.claiming import claim
from loyalty.referrals.completing import complete_for_order
from loyalty.referrals.lapsing import lapse
from loyalty.referrals.paying import Completed
from tests import factories
from tests.cast import Cast
from tests.referring import DAY, NOW, coupon_status, finn_orders, invite, status_of, with_coupon


@pytest.fixture(autouse=True)
async def on_a_monday() -> AsyncIterator[None]:
    with clock.at(NOW):
        yield


async def test_the_first_order_of_the_same_address_pays_the_referrer(cast: Cast) -> None:
    gift = await factories.reward(1, "Tote bag")
    await with_coupon(referrer_reward_id=gift.id, min_order_minor=2000)
    claimed = await invite(cast)
    done = await finn_orders(cast)
    assert done is not None
    assert done.action.sentence == "A friend ordered, so Ines Okafor got 300 points and Tote bag"
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
