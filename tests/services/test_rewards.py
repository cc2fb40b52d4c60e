"""Rewards: redeeming, codes at the till, removing. PRODUCT C8, E1–E3."""

import asyncio
from datetime import timedelta

import pytest

from db.engine import atomic, loads, one, rows, value, watched
from db.enums import EntryKind, RewardKind, RewardStatus
from loyalty import clock
from loyalty.errors import (
    AlreadyDone,
    Invalid,
    KeyReused,
    LoyaltyError,
    NotAllowed,
    NotAMember,
    NotEnoughPoints,
    NotFound,
    Stale,
)
from loyalty.rewards import catalogue, codes, giving, removing, undoing
from loyalty.rewards.drafts import RewardDraft
from loyalty.rewards.expiring import expire_codes
from loyalty.rewards.goodwill import return_as_goodwill
from loyalty.rewards.offers import offers
from loyalty.rewards.redeeming import redeem
from loyalty.rules.actors import SYSTEM
from loyalty.rules.redemptions import Refusal
from tests import factories
from tests.cast import Cast
from tests.factories import START

DRAFT = RewardDraft(name="€5 off", kind=RewardKind.AMOUNT_OFF, points_price=500, value_minor=500)


async def undo_last(cast: Cast) -> str:
    action = await one("SELECT * FROM actions WHERE programme_id = {} ORDER BY id DESC", cast.programme_id)
    assert action is not None
    async with atomic():
        return await undoing.undo(cast.programme_id, {**action, "undo": loads(action["undo"])}, by=cast.mara)


async def status_of(cast: Cast, uid: str) -> str:
    return str(
        await value(
            "SELECT status FROM issued_rewards WHERE programme_id = {} AND uid = {}", cast.programme_id, uid
        )
    )


async def test_a_member_gets_a_code_for_points(cast: Cast) -> None:
    prize = await factories.reward(1)
    await factories.give(cast.ines, 620)
    got = await redeem(1, cast.ines.id, prize.id, by=cast.theo, key="k", on_behalf=True)
    assert (got.available, got.sentence) == (120, "Ines Okafor has €5 off now and 120 points left")
    assert len(got.code) == 14
    assert got.code.count("-") == 2
    assert (await factories.entries(cast.ines))[-1] == (EntryKind.REDEEM, -500)
    assert got.action is not None
    assert got.action.undoable


async def test_a_double_click_makes_one_reward(cast: Cast) -> None:
    prize = await factories.reward(1)
    await factories.give(cast.ines, 2000)
    both = await asyncio.gather(
        *(redeem(1, cast.ines.id, prize.id, by=cast.theo, key="same") for _ in range(2))
    )
    assert both[0].code == both[1].code
    assert await factories.balance(cast.ines) == 1500
    assert sum(got.action is not None for got in both) == 1


async def test_the_same_key_for_another_reward_is_refused(cast: Cast) -> None:
    one_prize, other = await factories.reward(1), await factories.reward(1, "Mug", price=100)
    await factories.give(cast.ines, 2000)
    await redeem(1, cast.ines.id, one_prize.id, by=cast.theo, key="k")
    with pytest.raises(KeyReused):
        await redeem(1, cast.ines.id, other.id, by=cast.theo, key="k")


async def test_too_few_points_are_refused_with_the_missing_number(cast: Cast) -> None:
    prize = await factories.reward(1)
    await factories.give(cast.ines, 380)
    with pytest.raises(NotEnoughPoints, match="needs 120 more") as refused:
        await redeem(1, cast.ines.id, prize.id, by=cast.theo, key="k")
    assert refused.value.available == 380


@pytest.mark.parametrize("who", ["olu", "pia"])
async def test_guests_and_people_who_left_never_redeem(cast: Cast, who: str) -> None:
    prize = await factories.reward(1, price=0)
    with pytest.raises(NotAMember):
        await redeem(1, getattr(cast, who).id, prize.id, by=cast.theo, key="k")


async def test_a_reward_for_nothing_needs_no_entry(cast: Cast) -> None:
    prize = await factories.reward(1, "Welcome card", price=0, per_customer=1)
    first = await redeem(1, cast.ines.id, prize.id, by=cast.theo, key="a")
    assert await factories.entries(cast.ines) == []
    assert (await redeem(1, cast.ines.id, prize.id, by=cast.theo, key="a")).code == first.code
    with pytest.raises(Invalid, match="can be had once per person"):
        await redeem(1, cast.ines.id, prize.id, by=cast.theo, key="b")


async def test_the_last_one_in_stock_goes_to_one_of_two(cast: Cast) -> None:
    prize = await factories.reward(1, stock=1)
    for person in (cast.ines, cast.rex):
        await factories.give(person, 500)
    results = await asyncio.gather(
        *(redeem(1, person.id, prize.id, by=cast.theo, key=person.uid) for person in (cast.ines, cast.rex)),
        return_exceptions=True,
    )
    refused = [result for result in results if isinstance(result, LoyaltyError)]
    assert [str(error) for error in refused] == ["€5 off is out of stock."]
    assert await value("SELECT stock FROM rewards WHERE programme_id = 1") == 0
    assert sorted([await factories.balance(cast.ines), await factories.balance(cast.rex)]) == [0, 500]


async def test_a_reward_of_another_programme_does_not_exist(cast: Cast) -> None:
    theirs = await factories.reward(cast.other_programme_id)
    await factories.give(cast.ines, 500)
    with pytest.raises(NotFound):
        await redeem(1, cast.ines.id, theirs.id, by=cast.theo, key="k")


async def test_offers_say_what_is_missing_in_one_statement(cast: Cast) -> None:
    gold = await factories.tier(1, "Gold", rank=2, threshold=50000)
    for name, price, fields in [
        ("Sticker", 50, {}),
        ("Mug", 740, {}),
        ("Gold dinner", 100, {"min_tier_id": gold.id}),
        ("Sold out", 10, {"stock": 0}),
        ("Not for points", 10, {"redeemable": False}),
        ("Old", 10, {"status": "archived"}),
    ]:
        await factories.reward(1, name, price=price, **fields)
    await factories.give(cast.ines, 620)
    with watched() as statements:
        seen = {offer.reward.about.name: offer for offer in await offers(1, cast.ines.id)}
    assert len(statements) == 1
    assert list(seen) == ["Sold out", "Sticker", "Gold dinner", "Mug"]
    assert (seen["Sticker"].refusal, seen["Sticker"].left) == (None, 570)
    assert seen["Mug"].refusal is not None
    assert seen["Mug"].refusal.sentence == "needs 120 more"
    assert seen["Gold dinner"].refusal is not None
    assert seen["Gold dinner"].refusal.sentence == "Gold dinner is for Gold and above."
    assert seen["Sold out"].refusal is not None
    assert seen["Sold out"].refusal.refusal is Refusal.STOCK


async def test_pending_points_buy_nothing(cast: Cast) -> None:
    prize = await factories.reward(1)
    await factories.give(cast.ines, 500)
    await factories.run(
        "UPDATE lots SET available_at = {} WHERE programme_id = 1", clock.now() + timedelta(days=14)
    )
    (offer,) = await offers(1, cast.ines.id)
    assert offer.refusal is not None
    assert offer.refusal.missing == 500
    with pytest.raises(NotEnoughPoints):
        await redeem(1, cast.ines.id, prize.id, by=cast.theo, key="k")


# --- the catalogue


async def test_a_reward_is_created_once_per_form(cast: Cast) -> None:
    made = await catalogue.create(1, DRAFT, by=cast.mara, key="form")
    again = await catalogue.create(1, DRAFT, by=cast.mara, key="form")
    assert made.reward == again.reward
    assert again.action is None
    assert await catalogue.listed(1) == (made.reward,)
    assert await catalogue.listed(cast.other_programme_id) == ()


async def test_an_edit_of_something_changed_meanwhile_is_stale(cast: Cast) -> None:
    made = (await catalogue.create(1, DRAFT, by=cast.mara, key="form")).reward
    dearer = RewardDraft(name="€5 off", kind=RewardKind.AMOUNT_OFF, points_price=600, value_minor=500)
    done = await catalogue.edit(1, made.id, dearer, version=1, by=cast.mara, key="e1")
    assert done.reward.about.points_price == 600
    assert (await catalogue.edit(1, made.id, dearer, version=1, by=cast.mara, key="e1")).reward == done.reward
    with pytest.raises(Stale):
        await catalogue.edit(1, made.id, DRAFT, version=1, by=cast.theo, key="e2")
    await undo_last(cast)
    assert (await catalogue.get(1, made.id)).about == DRAFT


async def test_an_undone_creation_is_archived(cast: Cast) -> None:
    made = (await catalogue.create(1, DRAFT, by=cast.mara, key="form")).reward
    await undo_last(cast)
    assert (await catalogue.get(1, made.id)).about.status is RewardStatus.ARCHIVED


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"value_minor": None}, "value_minor"),
        ({"points_price": -1}, "points_price"),
        ({"kind": RewardKind.PERCENT_OFF}, "percent"),
        ({"kind": RewardKind.FREE_PRODUCT}, "product"),
        ({"per_customer": 0}, "per_customer"),
        ({"valid_from": START, "valid_until": START}, "valid_until"),
    ],
)
async def test_a_reward_that_makes_no_sense_is_refused(cast: Cast, changes: dict, field: str) -> None:
    values = {name: getattr(DRAFT, name) for name in catalogue.FIELDS} | changes
    with pytest.raises(Invalid) as refused:
        await catalogue.create(1, RewardDraft(**values), by=cast.mara, key="form")
    assert refused.value.field == field


# --- codes at the till


async def redeemed(cast: Cast, key: str = "r", **fields: object) -> tuple[str, str]:
    prize = await factories.reward(1, **fields)
    await factories.give(cast.ines, 500)
    got = await redeem(1, cast.ines.id, prize.id, by=cast.theo, key=key)
    return got.code, got.uid


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


# --- removing


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
        assert await undo_last(cast) == "Ines Okafor has €5 off again"
        assert await factories.balance(cast.ines) == 0
        assert await status_of(cast, uid) == "outstanding"


async def test_an_undone_redemption_voids_the_code_and_returns_the_points(cast: Cast) -> None:
    code, uid = await redeemed(cast)
    await undo_last(cast)
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
