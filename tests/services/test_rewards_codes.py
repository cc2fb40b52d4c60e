"""Reward codes at the till and in orders. PRODUCT E3."""

import asyncio
from datetime import timedelta

import pytest

from db.engine import atomic
from loyalty import clock
from loyalty.errors import (
    AlreadyDone,
    Invalid,
    NotAllowed,
    NotFound,
)
from loyalty.rewards import codes
from loyalty.rewards.expiring import expire_codes
from loyalty.rules.actors import SYSTEM
from tests.cast import Cast
from tests.redeeming import redeemed, status_of


async def test_a_till_reserves_uses_and_repeats_safely(cast: Cast) -> None:
    code, uid = await redeemed(cast)
    await codes.reserve(1, code, till="till-1:7", by=SYSTEM)
    await codes.reserve(1, code.lower().replace("-", " "), till="till-1:7", by=SYSTEM)
    with pytest.raises(AlreadyDone, match="Another till"):
        await codes.use(1, code, till="till-2:1", by=SYSTEM)
    first = await codes.use(1, code, till="till-1:7", order="#1001", by=SYSTEM)
    again = await codes.use(1, code, till="till-1:7", order="#1001", by=SYSTEM)
    assert first.action is not None
    assert again.action is None
    with pytest.raises(AlreadyDone, match="already been used with order #1001"):
        await codes.use(1, code, till="till-2:1", by=SYSTEM)
    assert await status_of(cast, uid) == "used"


async def test_a_released_code_is_free_for_the_next_till(cast: Cast) -> None:
    code, uid = await redeemed(cast)
    await codes.reserve(1, code, till="a", by=SYSTEM)
    with pytest.raises(NotAllowed):
        await codes.release(1, code, till="b", by=SYSTEM)
    await codes.release(1, code, till="a", by=SYSTEM)
    assert (await codes.release(1, code, till="a", by=SYSTEM)).action is None
    await codes.use(1, code, till="b", by=SYSTEM)
    assert await status_of(cast, uid) == "used"


async def test_a_late_reservation_is_free_and_an_old_code_expired_without_a_job(cast: Cast) -> None:
    code, uid = await redeemed(cast, code_valid_days=30)
    await codes.reserve(1, code, till="a", by=SYSTEM)
    with clock.at(clock.now() + timedelta(minutes=16)):
        await codes.reserve(1, code, till="b", by=SYSTEM)
    with clock.at(clock.now() + timedelta(days=32)):
        with pytest.raises(Invalid, match="has expired"):
            await codes.use(1, code, till="b", by=SYSTEM)
        assert await expire_codes(1) == 1
        assert await expire_codes(1) == 0
    assert await status_of(cast, uid) == "expired"


async def test_a_code_of_another_merchant_is_unknown(cast: Cast) -> None:
    code, _ = await redeemed(cast)
    with pytest.raises(NotFound):
        await codes.use(cast.other_programme_id, code, till="a", by=SYSTEM)
    with pytest.raises(Invalid):
        await codes.use(1, "SUMMER", till="a", by=SYSTEM)


async def test_an_order_uses_our_codes_and_leaves_others_alone(cast: Cast) -> None:
    code, uid = await redeemed(cast)
    async with atomic():
        used = await codes.use_with_order(1, ["SUMMER24", code, code], "#1002", clock.now())
    assert [copy.uid for copy in used] == [uid]
    async with atomic():
        assert await codes.use_with_order(1, [code], "#1003", clock.now()) == ()


async def test_one_of_two_tills_at_once_uses_the_code(cast: Cast) -> None:
    code, uid = await redeemed(cast)
    results = await asyncio.gather(
        *(codes.use(1, code, till=till, by=SYSTEM) for till in "abcd"), return_exceptions=True
    )
    assert sum(isinstance(result, AlreadyDone) for result in results) == 3
    assert await status_of(cast, uid) == "used"
