"""A merchant's questions: drafts, wordings, order, archive, undo, the ready-made set. PRODUCT L1."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.enums import QuestionKind, QuestionRole, QuestionStatus
from loyalty import clock, undo
from loyalty.errors import AlreadyDone, Invalid, NotFound, Stale
from loyalty.preferences import editing, questions, ready_made, tallies, wordings
from loyalty.rules.preferences import Draft, Option, Words
from tests.cast import Cast
from tests.factories import START
from tests.preferring import INTERESTS, ask, tell


@pytest.fixture(autouse=True)
async def in_march() -> AsyncIterator[None]:
    with clock.at(START + timedelta(hours=1)):
        yield


def draft(title: str, *labels: str, kind: QuestionKind = QuestionKind.MANY) -> Draft:
    return Draft(
        section=INTERESTS, kind=kind, words=Words(title, options=tuple(Option("", label) for label in labels))
    )


async def test_a_new_question_is_a_draft_until_it_is_published(cast: Cast) -> None:
    made = await editing.create(1, draft("Likes", "Bread", "Coffee"), by=cast.mara, key="k")
    assert (await editing.create(1, draft("Likes", "Bread", "Coffee"), by=cast.mara, key="k")).action is None
    assert await questions.published(1) == ()
    done = await editing.publish(1, made.question.uid, by=cast.mara)
    assert done.sentence == "Members are asked “Likes”"
    assert (await editing.publish(1, made.question.uid, by=cast.mara)).action is None
    assert [question.number for question in await questions.published(1)] == [1]


async def test_members_see_new_words_only_when_published(cast: Cast) -> None:
    likes = await ask("Likes", "Bread", "Coffee")
    await editing.edit(1, likes.uid, draft("Loves", "Bread", "Tea"), version=likes.version, by=cast.mara)
    (shown,) = await questions.published(1)
    assert (shown.shown.title, shown.draft.title, shown.changed) == ("Likes", "Loves", True)
    await editing.publish(1, likes.uid, by=cast.mara)
    assert [each.words.title for each in await wordings.of(1, likes)] == ["Loves", "Likes"]


async def test_a_stale_edit_and_another_kind_are_refused(cast: Cast) -> None:
    likes = await ask("Likes", "Bread", "Coffee")
    with pytest.raises(Stale):
        await editing.edit(1, likes.uid, draft("Loves", "Bread", "Tea"), version=1, by=cast.mara)
    with pytest.raises(Invalid, match="kind of answer stays"):
        await editing.edit(
            1, likes.uid, draft("Likes", kind=QuestionKind.TEXT), version=likes.version, by=cast.mara
        )
    with pytest.raises(NotFound):
        await editing.publish(cast.other_programme_id, likes.uid, by=cast.nils)


async def test_two_questions_of_one_name_have_two_keys(cast: Cast) -> None:
    first = await editing.create(1, draft("Likes", "A", "B"), by=cast.mara, key="1")
    second = await editing.create(1, draft("Likes", "A", "B"), by=cast.mara, key="2")
    assert (first.question.key, second.question.key) == ("likes", "likes_2")


async def test_questions_change_places_with_their_neighbour(cast: Cast) -> None:
    made = [await ask(title, "A", "B") for title in ("One", "Two", "Three")]
    await editing.move(1, made[2].uid, "up", by=cast.mara)
    assert [each.shown.title for each in await questions.listed(1)] == ["One", "Three", "Two"]
    assert (await editing.move(1, made[0].uid, "up", by=cast.mara)).action is None
    await editing.archive(1, made[2].uid, by=cast.mara)
    with pytest.raises(AlreadyDone):
        await editing.archive(1, made[2].uid, by=cast.mara)
    with pytest.raises(Invalid):
        await editing.move(1, made[2].uid, "up", by=cast.mara)


async def test_every_step_is_undone(cast: Cast) -> None:
    likes = await ask("Likes", "Bread", "Coffee")
    saved = await editing.edit(
        1, likes.uid, draft("Loves", "Bread", "Tea"), version=likes.version, by=cast.mara
    )
    shown = await editing.publish(1, likes.uid, by=cast.mara)
    assert saved.action is not None
    assert shown.action is not None
    with pytest.raises(Stale):
        await undo.undo(1, saved.action.uid, by=cast.mara)
    await undo.undo(1, shown.action.uid, by=cast.mara)
    assert (await questions.find(1, likes.uid)).shown.title == "Likes"
    gone = await editing.archive(1, likes.uid, by=cast.mara)
    assert gone.action is not None
    assert (await undo.undo(1, gone.action.uid, by=cast.mara)).sentence == "“Loves” is as it was before"
    made = await editing.create(1, draft("More", "A", "B"), by=cast.mara, key="m")
    assert made.action is not None
    await undo.undo(1, made.action.uid, by=cast.mara)
    assert (await questions.find(1, made.question.uid)).status is QuestionStatus.ARCHIVED


async def test_the_ready_made_set_is_added_once_and_published_at_once(cast: Cast) -> None:
    assert await ready_made.add(1, by=cast.mara) == len(ready_made.SET)
    assert await ready_made.add(1, by=cast.mara) == 0
    assert await editing.publish_drafts(1, by=cast.mara) == len(ready_made.SET)
    assert await editing.publish_drafts(1, by=cast.mara) == 0
    assert {question.role for question in await questions.published(1)} == set(QuestionRole) - {
        QuestionRole.OPENS
    }


async def test_charts_count_who_stands_behind_each_answer(cast: Cast) -> None:
    await ask("Likes", "Bread", "Coffee", "Cake")
    await tell(cast.ines, likes=["bread", "coffee"])
    await tell(cast.rex, likes="coffee")
    (chart,) = await tallies.charts(1)
    assert chart.told.value == 2
    assert [(bar.label, bar.count.value, bar.share) for bar in chart.bars] == [
        ("Bread", 1, 500),
        ("Coffee", 2, 1000),
        ("Cake", 0, 0),
    ]
    assert await tallies.charts(cast.other_programme_id) == ()
