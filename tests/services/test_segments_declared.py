"""Segments of what people told us: they follow the answers, and the surveys that name them. PRODUCT K3."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from db.engine import rows, run
from db.enums import AnswerSource, BatchKind, SegmentKind
from loyalty import clock, undo
from loyalty.batches import starting
from loyalty.batches.choosing import Selection
from loyalty.errors import Invalid, NotFound
from loyalty.jobs.worker import Worker
from loyalty.merging.merging import merge
from loyalty.preferences import answering
from loyalty.rules.actors import SYSTEM
from loyalty.segments import building, declaring, lists, standing, stored
from loyalty.segments.following import follow
from loyalty.segments.refreshing import refresh
from loyalty.segments.stored import Segment
from loyalty.surveys import editing, taking
from loyalty.surveys.editing import Draft
from tests import factories
from tests.cast import Cast, assert_books_balance
from tests.factories import START, Person
from tests.preferring import INTERESTS, ask, tell
from tests.rows import campaign, insert
from tests.surveying import LOAF, PURIST, ROUTINE, published


@pytest.fixture(autouse=True)
async def in_march() -> AsyncIterator[None]:
    with clock.at(START + timedelta(days=1)):
        yield


async def declared() -> dict[str, Segment]:
    return {each.name: each for each in await stored.live(1) if each.kind is SegmentKind.DECLARED}


async def badges(person: Person) -> set[str]:
    """The declared segments and lists somebody is in."""
    found = (await standing.standing(1, person.id)).badges
    return {badge.name for badge in found if badge.kind in (SegmentKind.DECLARED, SegmentKind.STATIC)}


async def test_a_quiz_fills_the_segment_it_names_and_withdrawing_leaves_it_at_once(cast: Cast) -> None:
    quiz = await published(LOAF)
    await Worker().step()
    assert (await declared())["Routine Seekers"].description == "Told us “Find your loaf: Routine seeker”."
    await taking.finish(1, cast.ines.id, quiz.uid, ROUTINE, by=SYSTEM)
    await follow(1)
    found = (await standing.standing(1, cast.ines.id)).badges
    badge = next(each for each in found if each.kind is SegmentKind.DECLARED)
    assert (badge.name, badge.told_at) == ("Routine Seekers", clock.now().replace(microsecond=0))
    await taking.finish(1, cast.ines.id, quiz.uid, PURIST, by=SYSTEM)
    await follow(1)
    assert await badges(cast.ines) == set()
    await taking.finish(1, cast.ines.id, quiz.uid, ROUTINE, by=SYSTEM)
    await follow(1)
    assert await badges(cast.ines) == {"Routine Seekers"}
    await taking.give_up(1, cast.ines.id, quiz.uid, by=SYSTEM)
    await follow(1)
    assert await badges(cast.ines) == set()
    await assert_books_balance()


async def test_segments_follow_what_surveys_name(cast: Cast) -> None:
    quiz = await published(LOAF)
    await refresh(1)
    await taking.finish(1, cast.ines.id, quiz.uid, ROUTINE, by=SYSTEM)
    await follow(1)

    async def publishes(segment: str) -> editing.Saved:
        purist, routine = quiz.draft.outcomes
        said = replace(quiz.draft, outcomes=(purist, replace(routine, segment=segment)))
        version = (await editing.stored.find(1, quiz.uid)).version
        await editing.edit(1, quiz.uid, Draft(said), version=version, by=cast.mara)
        return await editing.publish(1, quiz.uid, by=cast.mara)

    renamed = await publishes("Regulars of Saturday")
    await refresh(1)
    assert set(await declared()) == {"Birthday this month", "Regulars of Saturday"}
    assert await badges(cast.ines) == {"Regulars of Saturday"}
    assert renamed.action is not None
    await undo.undo(1, renamed.action.uid, by=cast.mara)
    await refresh(1)
    assert await badges(cast.ines) == {"Routine Seekers"}

    inside = {"fact": "segment", "is": (await declared())["Routine Seekers"].uid}
    await building.make(1, "Looks at it", inside, by=cast.mara, key="b")
    await publishes("")
    await refresh(1)
    left = (await declared())["Routine Seekers"]
    assert left.description == "Told us what nothing asks for any more."
    assert await badges(cast.ines) == set()
    with pytest.raises(Invalid, match="called Looks at it already") as refused:
        await publishes("Looks at it")
    assert refused.value.field == "outcomes.1.segment"
    await assert_books_balance()


async def test_an_answer_and_a_month_make_segments_that_follow_people(cast: Cast) -> None:
    await refresh(1)
    likes = await ask("What do you like?", "Coffee", "Tea", section=INTERESTS)
    coffee = await declaring.make(1, "", f"told:{likes.key}:coffee", by=cast.mara, key="c")
    assert (coffee.segment.name, coffee.sentence) == ("Coffee", "The segment Coffee was made")
    again = await declaring.make(1, "", f"told:{likes.key}:coffee", by=cast.mara, key="c")
    assert again.segment.uid == coffee.segment.uid
    for name, choice, sentence in (
        ("Coffee", "month:3", "called Coffee already"),
        ("VIPs", "month:3", "called VIPs already"),
        ("", "told:likes:water", "isn’t there any more"),
    ):
        with pytest.raises(Invalid, match=sentence):
            await declaring.make(1, name, choice, by=cast.mara, key="x")
    await declaring.make(1, "", "month:7", by=cast.mara, key="m")
    month = clock.now().month
    assert month != 7
    born = "UPDATE customers SET birth_month = {}, birth_day = 4 WHERE programme_id = 1 AND id = {}"
    await run(born, month, cast.rex.id)
    await run(born, 7, cast.olu.id)
    await Worker().step()
    assert await badges(cast.rex) == {"Birthday this month"}
    assert await badges(cast.olu) == {"Birthday in July"}
    await tell(cast.ines, **{likes.key: "coffee"})
    await follow(1)
    assert await badges(cast.ines) == {"Coffee"}
    await answering.withdraw(1, cast.ines.id, likes.uid, by=SYSTEM, source=AnswerSource.PORTAL)
    await follow(1)
    assert await badges(cast.ines) == set()
    beans = await campaign(1, "Beans", state="draft")
    await insert(
        "campaign_segments",
        programme_id=1, campaign_id=beans.id, segment_id=coffee.segment.id, excluded=False, position=0,
    )  # fmt: skip
    with pytest.raises(Invalid, match="Coffee has to stay: the campaign Beans asks about it"):
        await undo.undo(1, coffee.action.uid, by=cast.mara)
    cancel = "UPDATE campaigns SET state = 'cancelled', ended_at = {} WHERE programme_id = 1"
    await run(cancel, clock.now())
    await undo.undo(1, coffee.action.uid, by=cast.mara)
    with pytest.raises(NotFound):
        await stored.by_uid(1, coffee.segment.uid)
    await assert_books_balance()


async def listed(uid: str) -> set[str]:
    found = await rows(
        "SELECT c.first_name FROM segment_members m JOIN segments s ON s.programme_id = 1 AND s.id = m.segment_id"
        " JOIN customers c ON c.programme_id = 1 AND c.id = m.customer_id WHERE m.programme_id = 1 AND s.uid = {}",
        uid,
    )
    return {row["first_name"] for row in found}


async def test_a_selection_goes_on_a_list_and_off_it_again(cast: Cast) -> None:
    await refresh(1)
    friends = await lists.make(1, "Friends", "rex@example.org", by=cast.mara, key="l")
    uid = friends.segment.uid
    chosen = Selection(uids=tuple(each.uid for each in (cast.ines, cast.rex, cast.pia)))

    async def begins(key: str, **args: str) -> starting.Started:
        given = {"list": "", "name": "", **args}
        return await starting.start(1, chosen, BatchKind.LIST, given, by=cast.mara, key=key)

    started = await begins("b", list=uid)
    await Worker().step()
    assert await listed(uid) == {"Ines", "Rex"}
    notes = await rows(
        "SELECT state, note FROM batch_people WHERE programme_id = 1 AND note <> '' ORDER BY note"
    )
    assert [row["note"] for row in notes] == [
        "Pia Lind has left the programme, so no list can hold them.",
        "Rex Moreau is on Friends already.",
    ]
    action = (await rows("SELECT a.uid FROM actions a JOIN batches b ON b.programme_id = 1 AND b.action_id = a.id"
                         " WHERE a.programme_id = 1 AND b.uid = {}", started.uid))[0]["uid"]  # fmt: skip
    await undo.undo(1, action, by=cast.mara)
    await Worker().step()
    assert await listed(uid) == {"Rex"}
    await begins("n", name="Neighbours")
    await Worker().step()
    made = next(each for each in await stored.live(1) if each.name == "Neighbours")
    assert await listed(made.uid) == {"Ines", "Rex"}
    for args, sentence in (({}, "Choose a list"), ({"name": "Friends"}, "called Friends already")):
        with pytest.raises(Invalid, match=sentence):
            await begins("x", **args)
    await assert_books_balance()


async def test_two_records_of_one_person_keep_their_lists(cast: Cast) -> None:
    await refresh(1)
    gone = await factories.customer(1, "Ines Okafor", email="ines@work.example")
    both = await lists.make(1, "Both", "ines@example.org ines@work.example", by=cast.mara, key="b")
    theirs = await lists.make(1, "Theirs", "ines@work.example", by=cast.mara, key="t")
    done = await merge(1, cast.ines.uid, gone.uid, by=cast.mara, key="m")
    await refresh(1)
    assert await badges(cast.ines) == {"Both", "Theirs"}
    again = await lists.make(1, "Again", "ines@work.example", by=cast.mara, key="a")
    await undo.undo(1, done.action.uid, by=cast.mara)
    await refresh(1)
    assert await badges(cast.ines) == {"Both", "Again"}
    assert await badges(gone) == {"Both", "Theirs"}
    assert {both.added, theirs.added, again.added} == {2, 1}
    await assert_books_balance()
