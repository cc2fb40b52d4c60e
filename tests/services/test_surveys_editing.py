"""The merchant writes, publishes, schedules and archives surveys; every step can be undone. PRODUCT L3."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from db.enums import SurveyStatus
from loyalty import clock
from loyalty.errors import AlreadyDone, Invalid, NotFound, Stale
from loyalty.rules.surveys.definitions import Outcome
from loyalty.surveys import editing, stored
from loyalty.surveys.editing import Draft
from loyalty.surveys.undoing import undo
from tests.cast import Cast, undo_last
from tests.factories import START
from tests.surveying import FLAVOUR, LOAF

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
async def in_march(cast: Cast) -> AsyncIterator[None]:
    with clock.at(START):
        yield


async def test_writing_twice_with_one_key_makes_one(cast: Cast) -> None:
    first = await editing.create(1, Draft(LOAF), by=cast.mara, key="k")
    again = await editing.create(1, Draft(LOAF), by=cast.mara, key="k")
    assert again.action is None
    assert first.survey.uid == again.survey.uid
    assert [survey.status for survey in await stored.listed(1)] == [SurveyStatus.DRAFT]


async def test_members_see_the_published_words_until_the_next_are_published(cast: Cast) -> None:
    made = (await editing.create(1, Draft(LOAF), by=cast.mara, key="k")).survey
    assert await stored.visible(1, START) == ()
    made = (await editing.publish(1, made.uid, by=cast.mara)).survey
    other = replace(made.draft, title="Find your bread")
    made = (await editing.edit(1, made.uid, Draft(other), version=made.version, by=cast.mara)).survey
    assert ([each.shown.title for each in await stored.visible(1, START)], made.changed) == (
        ["Find your loaf"],
        True,
    )
    made = (await editing.publish(1, made.uid, by=cast.mara)).survey
    assert (made.shown.title, made.number, made.key) == ("Find your bread", 2, "quiz:find_your_loaf")


async def test_it_is_offered_between_its_days_only(cast: Cast) -> None:
    draft = Draft(FLAVOUR, START + DAY, START + 2 * DAY)
    made = (await editing.create(1, draft, by=cast.mara, key="k")).survey
    await editing.publish(1, made.uid, by=cast.mara)
    offered = [len(await stored.visible(1, START + DAY * days)) for days in (0, 1, 2)]
    assert offered == [0, 1, 0]
    with pytest.raises(Invalid, match="before it opens"):
        await editing.create(1, Draft(FLAVOUR, START, START), by=cast.mara, key="other")


async def test_an_edit_of_what_somebody_else_changed_is_stale(cast: Cast) -> None:
    made = (await editing.create(1, Draft(LOAF), by=cast.mara, key="k")).survey
    await editing.edit(1, made.uid, Draft(replace(LOAF, intro="New")), version=1, by=cast.theo)
    with pytest.raises(Stale):
        await editing.edit(1, made.uid, Draft(replace(LOAF, intro="Newer")), version=1, by=cast.mara)


async def test_a_reward_that_is_gone_is_refused_by_its_outcome(cast: Cast) -> None:
    wrong = replace(FLAVOUR, outcomes=(*FLAVOUR.outcomes, Outcome("Saffron", reward="nowhere")))
    with pytest.raises(Invalid) as refused:
        await editing.create(1, Draft(wrong), by=cast.mara, key="k")
    assert refused.value.field == "outcomes.2.reward"


async def test_every_step_is_undone(cast: Cast) -> None:
    made = (await editing.create(1, Draft(LOAF), by=cast.mara, key="k")).survey
    await editing.publish(1, made.uid, by=cast.mara)
    assert await undo_last(cast, undo) == "“Find your loaf” is as it was before"
    assert (await stored.find(1, made.uid)).status is SurveyStatus.DRAFT


async def test_archiving_is_done_once_and_nobody_elses_is_found(cast: Cast) -> None:
    made = (await editing.create(1, Draft(LOAF), by=cast.mara, key="k")).survey
    await editing.archive(1, made.uid, by=cast.mara)
    with pytest.raises(AlreadyDone):
        await editing.archive(1, made.uid, by=cast.mara)
    with pytest.raises(NotFound):
        await editing.archive(2, made.uid, by=cast.nils)
