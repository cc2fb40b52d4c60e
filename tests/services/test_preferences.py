"""Answers: saved section by section, kept with their wording, withdrawn at once. PRODUCT L1, K3."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.engine import Refused, atomic, rows, run, value, watched
from db.enums import AnswerSource, AnswerVerb, QuestionKind
from loyalty import clock
from loyalty.customers import privacy
from loyalty.errors import NotFound, Stale
from loyalty.ledger.locking import locked
from loyalty.preferences import answering, editing, merging, told
from loyalty.preferences.answering import Unanswerable
from loyalty.rules.preferences import Answer, Draft, Option, Words
from tests.cast import Cast
from tests.factories import START, Person
from tests.preferring import (
    COMMUNICATION,
    INTERESTS,
    PROFILE,
    VALUES,
    ask,
    ask_birthday,
    ask_pause,
    seen,
    tell,
    themself,
)

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
async def in_march() -> AsyncIterator[None]:
    with clock.at(START + timedelta(hours=1)):
        yield


async def chosen(person: Person) -> set[str]:
    """What segments and filters know of somebody."""
    found = await rows(
        "SELECT question_key, option_key FROM preference_choices WHERE programme_id = {} AND customer_id = {}",
        person.programme_id,
        person.id,
    )
    return {f"{row['question_key']}:{row['option_key']}" for row in found}


async def test_a_section_is_saved_on_its_own_and_shown_again(cast: Cast) -> None:
    await ask("Likes", "Sourdough", "Premium Coffee")
    await ask("Cares", "Local", "Organic", section=VALUES)
    saved = await tell(cast.ines, likes=["premium_coffee"])
    assert (saved.sentence, saved.changed) == ("Your interests are saved", 1)
    page = await seen(cast.ines)
    assert [part.section for part in page.parts] == [INTERESTS, VALUES]
    assert page.parts[0].asked[0].answer == Answer(("premium_coffee",))
    assert not page.parts[1].asked[0].told
    assert await chosen(cast.ines) == {"likes:premium_coffee"}
    assert await chosen(cast.rex) == set()


async def test_the_history_keeps_every_answer_its_source_and_its_wording(cast: Cast) -> None:
    likes = await ask("Likes", "Sourdough", "Coffee")
    await tell(cast.ines, likes="sourdough")
    better = Words("What do you love?", options=(*likes.draft.options, Option("", "Rye")))
    edited = await editing.edit(
        1,
        likes.uid,
        Draft(section=INTERESTS, kind=QuestionKind.MANY, words=better),
        version=likes.version,
        by=cast.mara,
    )
    assert edited.question.changed
    await editing.publish(1, likes.uid, by=cast.mara)
    await tell(cast.ines, likes=["sourdough", "rye"], source=AnswerSource.STAFF)
    newest, first = await told.history(1, cast.ines.id)
    assert (first.words.title, first.number, first.labels) == ("Likes", 1, ("Sourdough",))
    assert (newest.number, newest.labels, newest.source) == (2, ("Sourdough", "Rye"), AnswerSource.STAFF)
    with pytest.raises(Refused, match="only grows"):
        await run("DELETE FROM preference_answers WHERE programme_id = 1")
    with pytest.raises(Refused, match="not rewritten"):
        await run("UPDATE preference_contents SET options = '[]' WHERE programme_id = 1")


async def test_an_answer_belongs_to_the_wording_that_was_shown(cast: Cast) -> None:
    likes = await ask("Likes", "Sourdough", "Coffee")
    words = Words("Loves", options=likes.draft.options)
    await editing.edit(
        1,
        likes.uid,
        Draft(section=INTERESTS, kind=QuestionKind.MANY, words=words),
        version=likes.version,
        by=cast.mara,
    )
    await editing.publish(1, likes.uid, by=cast.mara)
    await tell(cast.ines, likes="coffee", wording=1)
    assert (await told.known_of(1, cast.ines.id))[0].words.title == "Likes"


async def test_saving_again_changes_nothing_and_is_not_kept_twice(cast: Cast) -> None:
    await ask("Likes", "Sourdough", "Coffee")
    version = (await seen(cast.ines)).parts[0].version
    for changed in (1, 0):
        assert (await tell(cast.ines, version=version, likes="coffee")).changed == changed
    assert len(await told.history(1, cast.ines.id)) == 1


async def test_a_stale_form_is_told_and_loses_nothing(cast: Cast) -> None:
    await ask("Likes", "Sourdough", "Coffee")
    version = (await seen(cast.ines)).parts[0].version
    await tell(cast.ines, likes="coffee")
    with pytest.raises(Stale, match="changed elsewhere"):
        await tell(cast.ines, version=version, likes="sourdough")
    assert await chosen(cast.ines) == {"likes:coffee"}


async def test_a_question_that_was_not_shown_is_not_withdrawn(cast: Cast) -> None:
    await ask("Likes", "Sourdough", "Coffee")
    await ask("Drinks", "Tea", "Milk")
    await tell(cast.ines, likes="coffee", drinks="tea")
    await tell(cast.ines, likes=[])
    assert await chosen(cast.ines) == {"drinks:tea"}


async def test_unknown_answers_and_questions_are_told_by_question(cast: Cast) -> None:
    await ask("Likes", "Sourdough", "Coffee")
    await ask("One", "A", "B", kind=QuestionKind.ONE)
    with pytest.raises(Unanswerable) as refused:
        await tell(cast.ines, likes=["matcha"], one=["a", "b"])
    assert set(refused.value.errors) == {"likes", "one"}
    with pytest.raises(Stale, match="isn't asked any more"):
        await tell(cast.ines, likes="coffee", gone="x")
    with pytest.raises(NotFound):
        await tell(cast.ines, COMMUNICATION, likes="coffee")
    assert await chosen(cast.ines) == set()


async def test_an_option_that_was_taken_away_is_named(cast: Cast) -> None:
    likes = await ask("Likes", "Sourdough", "Coffee", "Matcha")
    words = Words("Likes", options=likes.draft.options[:2])
    await editing.edit(
        1,
        likes.uid,
        Draft(section=INTERESTS, kind=QuestionKind.MANY, words=words),
        version=likes.version,
        by=cast.mara,
    )
    await editing.publish(1, likes.uid, by=cast.mara)
    with pytest.raises(Unanswerable) as refused:
        await tell(cast.ines, likes="matcha", wording=1)
    assert refused.value.errors["likes"].startswith("“Matcha” isn't offered any more")


async def test_withdrawing_leaves_segments_at_once_and_stays_in_the_history(cast: Cast) -> None:
    likes = await ask("Likes", "Sourdough", "Coffee")
    await tell(cast.ines, likes="coffee")
    by = themself(cast.ines)
    for _ in range(2):
        done = await answering.withdraw(1, cast.ines.id, likes.uid, by=by, source=AnswerSource.PORTAL)
        assert done == "“Likes” is withdrawn"
    assert await chosen(cast.ines) == set()
    assert not (await seen(cast.ines)).parts[0].asked[0].told
    assert [said.verb for said in await told.history(1, cast.ines.id)] == [
        AnswerVerb.WITHDRAWN,
        AnswerVerb.GIVEN,
    ]


async def test_an_archived_question_is_not_asked_and_its_answer_can_be_withdrawn(cast: Cast) -> None:
    likes = await ask("Likes", "Sourdough", "Coffee")
    await tell(cast.ines, likes="coffee")
    await editing.archive(1, likes.uid, by=cast.mara)
    assert (await seen(cast.ines)).parts == ()
    assert [each.key for each in await told.known_of(1, cast.ines.id)] == ["likes"]
    await answering.withdraw(1, cast.ines.id, likes.uid, by=themself(cast.ines), source=AnswerSource.PORTAL)
    assert await told.known_of(1, cast.ines.id) == ()


async def test_a_pause_ends_by_itself(cast: Cast) -> None:
    await ask_pause()
    await tell(cast.ines, COMMUNICATION, a_break="month")
    assert (await seen(cast.ines)).parts[0].asked[0].paused_until == clock.now() + 30 * DAY
    with clock.at(START + 31 * DAY):
        assert not (await seen(cast.ines)).parts[0].asked[0].told
        await tell(cast.ines, COMMUNICATION, a_break="month")
        assert (await seen(cast.ines)).parts[0].asked[0].told


async def test_a_birthday_is_changed_once_in_twelve_months(cast: Cast) -> None:
    await ask_birthday()
    await tell(cast.ines, PROFILE, when_is_your_birthday=["5", "17", "1990"])
    assert (await seen(cast.ines)).parts[0].asked[0].birthday == (5, 17, 1990)
    with pytest.raises(Unanswerable) as refused:
        await tell(cast.ines, PROFILE, when_is_your_birthday=["6", "17", ""])
    assert "again from 2 March 2027" in refused.value.errors["when_is_your_birthday"]
    with pytest.raises(Unanswerable):
        await tell(cast.ines, PROFILE, when_is_your_birthday=["2", "30", ""])
    with clock.at(START + 366 * DAY):
        await tell(cast.ines, PROFILE, when_is_your_birthday=["6", "17", ""])
    assert (await seen(cast.ines)).parts[0].asked[0].birthday == (6, 17, None)


async def test_a_withdrawn_birthday_is_gone_from_the_profile(cast: Cast) -> None:
    question = await ask_birthday()
    await tell(cast.ines, PROFILE, when_is_your_birthday=["5", "17", ""])
    await answering.withdraw(
        1, cast.ines.id, question.uid, by=themself(cast.ines), source=AnswerSource.PORTAL
    )
    assert (
        await value("SELECT birth_month FROM customers WHERE programme_id = 1 AND id = {}", cast.ines.id)
        is None
    )


async def test_erasing_forgets_what_was_answered(cast: Cast) -> None:
    await ask("Likes", "Sourdough", "Coffee")
    await ask("Notes", section=PROFILE, kind=QuestionKind.TEXT)
    await tell(cast.ines, likes="coffee")
    await tell(cast.ines, PROFILE, notes="I live at 5 Mill Lane")
    assert len((await privacy.known(1, cast.ines.id)).answers) == 2
    await privacy.erase(1, cast.ines.id, reason="Asked")
    assert await chosen(cast.ines) == set()
    assert await told.known_of(1, cast.ines.id) == ()
    assert all(said.labels == () for said in await told.history(1, cast.ines.id))


async def test_nobody_of_another_programme_is_asked_or_answers(cast: Cast) -> None:
    await ask("Likes", "Sourdough", "Coffee")
    theirs = await ask("Drinks", "Tea", "Milk", programme_id=cast.other_programme_id)
    with pytest.raises(NotFound):
        await answering.withdraw(
            1, cast.ines.id, theirs.uid, by=themself(cast.ines), source=AnswerSource.PORTAL
        )
    with pytest.raises(Unanswerable):
        await tell(cast.ada, drinks="coffee")


async def test_of_two_records_of_one_person_the_later_answer_stands(cast: Cast) -> None:
    await ask("Likes", "Sourdough", "Coffee")
    await ask("Drinks", "Tea", "Milk")
    await tell(cast.ines, likes="sourdough")
    with clock.at(START + DAY):
        await tell(cast.rex, likes="coffee", drinks="tea")
    with clock.at(START + 2 * DAY):
        await tell(cast.ines, drinks="milk")
        assert (await merging.preview(1, cast.ines.id, cast.rex.id)).answers == 1
        async with atomic():
            account = await locked(1, cast.ines.id)
            assert (await merging.carry(account, cast.rex.id, by=cast.mara)).answers == 1
    assert await chosen(cast.ines) == {"likes:coffee", "drinks:milk"}
    assert (await told.history(1, cast.ines.id))[0].source is AnswerSource.MERGE


async def test_the_page_asks_seven_questions_of_the_database(cast: Cast) -> None:
    for number in range(6):
        await ask(f"Question {number}", "A", "B")
    with watched() as asked:
        await seen(cast.ines)
    assert len(asked) <= 7
