"""Removing rewards, goodwill, and undoing both. PRODUCT E2."""

import asyncio

import pytest

from db.engine import atomic, loads, one, rows, value
from loyalty.errors import (
    AlreadyDone,
    KeyReused,
    LoyaltyError,
    NotAllowed,
    NotAMember,
    NotEnoughPoints,
)
from loyalty.rewards import codes, giving, removing, undoing
from loyalty.rewards.goodwill import return_as_goodwill
from loyalty.rules.actors import SYSTEM
from tests import factories
from tests.cast import Cast, undo_last
from tests.redeeming import redeemed, status_of


async def test_removing_returns_points_and_voids_the_code(cast: Cast) -> None:
    code, uid = await redeemed(cast, stock=3)
    gone = await removing.remove(1, uid, return_points=True, by=cast.theo, reason="Wrong one", key="k")
    again = await removing.remove(1, uid, return_points=True, by=cast.theo, reason="Wrong one", key="k")
    assert gone.points_returned == again.points_returned == 500
    assert await factories.balance(cast.ines) == 500
    assert await value("SELECT stock FROM rewards WHERE programme_id = 1") == 3
    with pytest.raises(AlreadyDone, match="void"):
        await codes.use(1, code, till="a", by=SYSTEM)
    with pytest.raises(AlreadyDone, match="already been removed"):
        await removing.remove(1, uid, return_points=True, by=cast.theo, reason="Wrong one", key="k2")
    with pytest.raises(KeyReused):
        await removing.remove(1, uid, return_points=False, by=cast.theo, reason="Wrong one", key="k")


async def test_removing_only_keeps_the_points_spent(cast: Cast) -> None:
    _, uid = await redeemed(cast)
    gone = await removing.remove(1, uid, return_points=False, by=cast.theo, reason="Abuse", key="k")
    assert gone.points_returned == 0
    assert await factories.balance(cast.ines) == 0


async def test_a_used_reward_can_not_be_removed_but_goodwill_returns_its_points_once(cast: Cast) -> None:
    code, uid = await redeemed(cast)
    await codes.use(1, code, till="a", by=SYSTEM)
    with pytest.raises(NotAllowed, match="goodwill"):
        await removing.remove(1, uid, return_points=True, by=cast.theo, reason="", key="k")
    back = await return_as_goodwill(1, uid, by=cast.theo, reason="Cold coffee", key="g")
    assert back.sentence == "500 points returned to Ines Okafor as goodwill"
    with pytest.raises(AlreadyDone):
        await return_as_goodwill(1, uid, by=cast.theo, reason="Cold coffee", key="g2")
    assert await factories.balance(cast.ines) == 500
    assert await status_of(cast, uid) == "used"


async def test_removing_undoing_and_removing_again_adds_up(cast: Cast) -> None:
    _, uid = await redeemed(cast)
    for turn in range(3):
        await removing.remove(1, uid, return_points=True, by=cast.theo, reason="x", key=f"k{turn}")
        assert await factories.balance(cast.ines) == 500
        assert await undo_last(cast, undoing.undo) == "Ines Okafor has €5 off again"
        assert await factories.balance(cast.ines) == 0
        assert await status_of(cast, uid) == "outstanding"


async def test_an_undone_redemption_voids_the_code_and_returns_the_points(cast: Cast) -> None:
    code, uid = await redeemed(cast)
    await undo_last(cast, undoing.undo)
    assert await factories.balance(cast.ines) == 500
    assert await status_of(cast, uid) == "void"
    with pytest.raises(AlreadyDone):
        await codes.use(1, code, till="a", by=SYSTEM)


async def test_a_removal_whose_points_are_spent_can_not_be_undone(cast: Cast) -> None:
    _, uid = await redeemed(cast)
    await removing.remove(1, uid, return_points=True, by=cast.theo, reason="x", key="k")
    removed = await one("SELECT * FROM actions WHERE programme_id = 1 ORDER BY id DESC")
    await factories.give(cast.ines, -100)
    assert removed is not None
    with pytest.raises(NotEnoughPoints):
        async with atomic():
            await undoing.undo(1, {**removed, "undo": loads(removed["undo"])}, by=cast.mara)
    assert await status_of(cast, uid) == "void"


async def test_removing_and_using_at_once_end_with_one_of_them(cast: Cast) -> None:
    code, uid = await redeemed(cast)
    results = await asyncio.gather(
        removing.remove(1, uid, return_points=True, by=cast.theo, reason="x", key="k"),
        codes.use(1, code, till="a", by=SYSTEM),
        return_exceptions=True,
    )
    assert sum(isinstance(result, LoyaltyError) for result in results) == 1
    ended = await status_of(cast, uid)
    assert (ended, await factories.balance(cast.ines)) in [("void", 500), ("used", 0)]


async def test_staff_give_a_reward_for_nothing(cast: Cast) -> None:
    prize = await factories.reward(1, stock=0)
    given = await giving.give(1, cast.ines.id, prize.id, by=cast.theo, reason="Sorry", key="k")
    again = await giving.give(1, cast.ines.id, prize.id, by=cast.theo, reason="Sorry", key="k")
    assert given.copy.uid == again.copy.uid
    assert again.action is None
    with pytest.raises(NotAMember):
        await giving.give(1, cast.pia.id, prize.id, by=cast.theo, reason="Sorry", key="p")
    assert await factories.entries(cast.ines) == []


async def test_every_verb_leaves_one_action_and_one_outbox_row(cast: Cast) -> None:
    code, _ = await redeemed(cast)
    await codes.use(1, code, till="a", by=SYSTEM)
    verbs = [row["verb"] for row in await rows("SELECT verb FROM actions WHERE programme_id = 1 ORDER BY id")]
    topics = [
        row["topic"] for row in await rows("SELECT topic FROM outbox WHERE programme_id = 1 ORDER BY id")
    ]
    assert sorted(verbs) == sorted(topics) == ["code.used", "points.adjusted", "reward.redeemed"]
