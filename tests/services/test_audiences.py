"""Segments decide who gets what: rewards, price cuts, and what such a segment may not do. PRODUCT E1, E4, K4."""

from dataclasses import replace
from datetime import date

import pytest

from db.engine import loads, value
from db.engine.statements import watched
from db.enums import EarningTrigger, Objective, RewardKind
from loyalty import clock, undo
from loyalty.campaigns import drafting, editing
from loyalty.errors import Invalid
from loyalty.ledger.verifying import verify
from loyalty.members.ways import ways
from loyalty.rewards import catalogue, cutting
from loyalty.rewards.cutting import CutDraft
from loyalty.rewards.drafts import RewardDraft
from loyalty.rewards.offers import Offer, offers
from loyalty.rewards.redeeming import redeem
from loyalty.rules.redemptions import Refusal
from loyalty.segments import lists, mapping, stored, uses
from loyalty.segments.footing import Policy
from loyalty.segments.refreshing import refresh
from loyalty.segments.stored import Segment
from tests import factories
from tests.cast import Cast

PRIZE = RewardDraft(name="Tasting", kind=RewardKind.EXPERIENCE, points_price=500)


@pytest.fixture
async def friends(cast: Cast) -> Segment:
    """A list with Ines on it; Rex is not. Both could pay."""
    for person in (cast.ines, cast.rex):
        await factories.give(person, 1_000)
    await refresh(cast.programme_id)
    made = await lists.make(1, "Friends", "ines@example.org", by=cast.mara, key="list")
    return made.segment


async def only_offer(person: factories.Person) -> Offer:
    (offer,) = await offers(1, person.id)
    return offer


async def test_a_reward_for_a_segment_is_its_peoples_and_a_refusal_in_words_for_others(
    cast: Cast, friends: Segment
) -> None:
    draft = replace(PRIZE, segment_ids=(friends.id,))
    made = await catalogue.create(1, draft, by=cast.mara, key="k")
    with watched() as asked:
        offer = await only_offer(cast.ines)
    assert len(asked) == 2
    assert offer.refusal is None
    refused = (await only_offer(cast.rex)).refusal
    assert refused is not None
    assert (refused.refusal, refused.sentence) == (
        Refusal.SEGMENT,
        "Tasting is offered to selected members only.",
    )
    with pytest.raises(Invalid, match="selected members"):
        await redeem(1, cast.rex.id, made.reward.id, by=cast.theo, key="r")
    assert (await redeem(1, cast.ines.id, made.reward.id, by=cast.theo, key="i")).available == 500
    await lists.take_off(1, friends.uid, [cast.ines.id])
    with pytest.raises(Invalid, match="selected members"):
        await redeem(1, cast.ines.id, made.reward.id, by=cast.theo, key="again")


async def test_what_was_said_of_segments_is_kept_in_edits_and_their_undoing(
    cast: Cast, friends: Segment
) -> None:
    made = (await catalogue.create(1, PRIZE, by=cast.mara, key="k")).reward
    narrowed = replace(PRIZE, segment_ids=(friends.id,))
    edited = await catalogue.edit(1, made.id, narrowed, version=made.version, by=cast.mara, key="e")
    assert edited.reward.about.segment_ids == (friends.id,)
    assert edited.action is not None
    await undo.undo(1, edited.action.uid, by=cast.mara)
    assert (await catalogue.get(1, made.id)).about == PRIZE
    with pytest.raises(Invalid, match="Choose from the list"):
        await catalogue.create(1, replace(PRIZE, segment_ids=(4711,)), by=cast.mara, key="x")


async def test_a_price_cut_for_a_segment_lowers_the_price_for_its_people_alone(
    cast: Cast, friends: Segment
) -> None:
    prize = await factories.reward(1)
    draft = CutDraft(percent=30, until=date(2099, 12, 31), segment_uids=(friends.uid,))
    made = await cutting.cut(1, prize.uid, draft, by=cast.mara, key="k")
    assert made.sentence == "€5 off costs 350 instead of 500 for Friends until 31 December 2099"
    assert [(await only_offer(who)).price for who in (cast.ines, cast.rex)] == [350, 500]
    got = await redeem(1, cast.ines.id, prize.id, by=cast.theo, key="i", shown=350)
    kept = loads(await value("SELECT price FROM issued_rewards WHERE programme_id = 1 AND uid = {}", got.uid))
    assert (kept["list_points"], kept["points"]) == (500, 350)
    assert (await redeem(1, cast.rex.id, prize.id, by=cast.theo, key="r")).available == 500
    assert await verify() == []
    with pytest.raises(Invalid, match="Choose from the list"):
        await cutting.cut(1, prize.uid, replace(draft, segment_uids=("gone",)), by=cast.mara, key="x")


async def test_a_segment_that_something_asks_about_stays(cast: Cast, friends: Segment) -> None:
    made = await lists.make(1, "Regulars", "rex@example.org", by=cast.mara, key="l2")
    prize = await factories.reward(1, "Mug")
    draft = CutDraft(percent=30, until=date(2099, 12, 31), segment_uids=(made.segment.uid,))
    cut = await cutting.cut(1, prize.uid, draft, by=cast.mara, key="c")
    await factories.earning_rule(1, EarningTrigger.QUIZ, 5, segments=[made.segment.id])
    found = await uses.used_in(1, made.segment)
    assert [(each.noun, each.name) for each in found] == [
        ("price cut of", "Mug"),
        ("earning rule", "quiz points"),
    ]
    with pytest.raises(Invalid, match="Regulars has to stay: the price cut of Mug and 1 more ask about it"):
        await undo.undo(1, made.action.uid, by=cast.mara)
    assert cut.action is not None
    await undo.undo(1, cut.action.uid, by=cast.mara)
    with pytest.raises(Invalid, match="the earning rule quiz points asks about it"):
        await undo.undo(1, made.action.uid, by=cast.mara)
    assert await uses.used_in(1, friends) == ()
    begun = await drafting.begin(1, "Hello", Objective.THANK, by=cast.mara, key="h")
    campaign = begun.campaign
    await editing.aim(
        1,
        campaign.uid,
        everybody=False,
        segments=[friends.uid],
        without=[],
        version=campaign.version,
        by=cast.mara,
    )
    assert await uses.used_in(1, friends) == (uses.Use(uses.Noun.CAMPAIGN, campaign.uid, "Hello"),)


async def test_a_value_segment_that_a_reward_asks_about_stays_on_the_map(cast: Cast) -> None:
    await refresh(1)
    champion = next(each for each in await stored.live(1) if each.name == "Champion")
    await catalogue.create(1, replace(PRIZE, segment_ids=(champion.id,)), by=cast.mara, key="k")
    everybody = Policy(None, (replace(Policy().map[-1], segment="Everyone"),))
    with pytest.raises(Invalid, match="Champion has to stay: the reward Tasting asks about it") as refused:
        await mapping.save(1, everybody, by=cast.mara, key="m")
    assert refused.value.field == "map"


async def test_members_read_ways_to_earn_that_are_for_them(cast: Cast, friends: Segment) -> None:
    await factories.earning_rule(1, EarningTrigger.QUIZ, 5, segments=[friends.id])
    await factories.earning_rule(1, EarningTrigger.QUIZ, 9, tiers=[7])
    for segments, tier_id, paid in (
        (frozenset({friends.id}), None, [5]),
        (frozenset(), 8, []),
        (frozenset(), 7, [9]),
    ):
        found = await ways(1, "UTC", clock.now(), ordered=False, tier_id=tier_id, segments=segments)
        assert [way.points for way in found] == paid
