"""Codes that Ines has redeemed, for tests of what becomes of them."""

from db.engine import value
from loyalty.rewards.redeeming import redeem
from tests import factories
from tests.cast import Cast


async def redeemed(cast: Cast, key: str = "r", **fields: object) -> tuple[str, str]:
    prize = await factories.reward(1, **fields)
    await factories.give(cast.ines, 500)
    got = await redeem(1, cast.ines.id, prize.id, by=cast.theo, key=key)
    return got.code, got.uid


async def status_of(cast: Cast, uid: str) -> str:
    return str(
        await value(
            "SELECT status FROM issued_rewards WHERE programme_id = {} AND uid = {}", cast.programme_id, uid
        )
    )
