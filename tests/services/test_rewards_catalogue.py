"""Rewards: the catalogue. PRODUCT E1."""

import pytest

from db.enums import RewardKind, RewardStatus
from loyalty.errors import (
    Invalid,
    Stale,
)
from loyalty.rewards import catalogue, undoing
from loyalty.rewards.drafts import RewardDraft
from tests.cast import Cast, undo_last
from tests.factories import START

DRAFT = RewardDraft(name="€5 off", kind=RewardKind.AMOUNT_OFF, points_price=500, value_minor=500)


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
    await undo_last(cast, undoing.undo)
    assert (await catalogue.get(1, made.id)).about == DRAFT


async def test_an_undone_creation_is_archived(cast: Cast) -> None:
    made = (await catalogue.create(1, DRAFT, by=cast.mara, key="form")).reward
    await undo_last(cast, undoing.undo)
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
