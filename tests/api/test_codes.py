"""Reward codes by the API: reserve, use, release. PRODUCT E3."""

import asyncio

import pytest

from db.engine import rows
from loyalty.rewards.redeeming import redeem
from loyalty.rewards.removing import remove
from tests import factories
from tests.api.calling import Calling, calling, shop
from tests.cast import Cast

__all__ = ["calling", "shop"]


@pytest.fixture
async def code(shop: Cast) -> str:
    """The code of a mug that Ines redeemed."""
    mug = await factories.reward(1, "Mug", price=100)
    await factories.give(shop.ines, 100)
    return (await redeem(1, shop.ines.id, mug.id, by=shop.theo, key="k")).code


async def test_a_code_is_reserved_used_and_then_refused(shop: Cast, calling: Calling, code: str) -> None:
    till = await calling()
    held = await till.post(f"/codes/{code}/reservation", {"till": "till-1:4711"})
    assert (held.status_code, held.json()["status"]) == (200, "reserved")
    assert held.json()["reserved_until"] is not None
    assert held.headers["ratelimit-limit"] == "600"
    other = await till.post(f"/codes/{code}/use", {"till": "till-2:1"})
    assert (other.status_code, other.headers["content-type"]) == (409, "application/problem+json")
    for _ in range(2):
        used = await till.post(f"/codes/{code.lower()}/use", {"till": "till-1:4711", "order": "4711"})
        assert (used.status_code, used.json()["status"], used.json()["used_order"]) == (200, "used", "4711")
    again = await till.post(f"/codes/{code}/use", {"till": "till-1:4712"})
    assert again.json()["detail"] == "This code has already been used with order 4711."
    (action,) = await rows(
        "SELECT actor_kind, actor_name FROM actions WHERE programme_id = 1 AND verb = 'code.used'"
    )
    assert (action["actor_kind"], action["actor_name"]) == ("api", "Till")


async def test_a_code_says_what_it_is_for(shop: Cast, calling: Calling, code: str) -> None:
    told = (await (await calling()).get(f"/codes/{code.replace('-', '')}")).json()
    assert told["code"] == code
    assert (told["reward"]["name"], told["reward"]["value_minor"], told["reward"]["currency"]) == (
        "Mug", 500, "EUR"
    )  # fmt: skip
    assert told["customer"] == shop.ines.uid


async def test_a_held_code_is_let_go_by_who_holds_it(shop: Cast, calling: Calling, code: str) -> None:
    till = await calling()
    await till.post(f"/codes/{code}/reservation", {"till": "a"})
    assert (await till.post(f"/codes/{code}/release", {"till": "b"})).status_code == 403
    free = await till.post(f"/codes/{code}/release", {"till": "a"})
    assert (free.status_code, free.json()["status"]) == (200, "outstanding")


async def test_a_removed_code_is_void_at_once(shop: Cast, calling: Calling, code: str) -> None:
    till, (copy,) = await calling(), await rows("SELECT uid FROM issued_rewards WHERE programme_id = 1")
    await till.post(f"/codes/{code}/reservation", {"till": "a"})
    await remove(1, copy["uid"], return_points=True, by=shop.theo, reason="", key="r")
    refused = await till.post(f"/codes/{code}/use", {"till": "a"})
    assert (refused.status_code, refused.json()["detail"]) == (409, "This code is void.")


async def test_of_two_tills_at_once_one_wins(shop: Cast, calling: Calling, code: str) -> None:
    till = await calling()
    both = await asyncio.gather(*(till.post(f"/codes/{code}/use", {"till": name}) for name in "ab"))
    assert sorted(answer.status_code for answer in both) == [200, 409]


async def test_another_programmes_key_finds_no_code(shop: Cast, calling: Calling, code: str) -> None:
    stranger = await calling(programme_id=shop.other_programme_id)
    assert (await stranger.get(f"/codes/{code}")).status_code == 404
    assert (await stranger.post(f"/codes/{code}/use", {"till": "a"})).status_code == 404


@pytest.mark.parametrize("sent", [{}, {"till": ""}, {"till": "a", "tilt": "b"}, {"till": 5}, [], None])
async def test_a_body_that_isnt_right_is_422_and_names_the_field(
    shop: Cast, calling: Calling, code: str, sent: object
) -> None:
    till = await calling()
    answer = await till.post(f"/codes/{code}/use", sent)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"]
    assert (await till.get(f"/codes/{code}")).json()["status"] == "outstanding"
