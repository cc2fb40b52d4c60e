"""Engage → Quizzes and polls: the list, the editor of each kind, the results and the people behind them. PRODUCT L3."""

from datetime import UTC, datetime, timedelta

import pytest

from db.engine import watched
from db.enums import GoalKind, StaffRole, SurveyStatus
from loyalty import clock
from loyalty.rules.actors import themself
from loyalty.surveys import editing, stored, taking
from loyalty.surveys.editing import Draft
from tests import factories
from tests.cast import Cast
from tests.factories import START
from tests.surveying import FLAVOUR, LOAF, PURIST, challenge, published
from tests.web.admin.conftest import SignIn
from tests.web.desk import field

INDEX = "/admin/surveys"
QUIZ = {
    "key": "k1",
    "title": "Find your loaf",
    "intro": "Two minutes.",
    "outcomes.0.title": "Purist",
    "outcomes.0.points": "250",
    "outcomes.1.title": "Routine seeker",
    "outcomes.1.segment": "Routine Seekers",
    "questions.0.title": "Crust or crumb?",
    "questions.0.options.0.label": "Crust",
    "questions.0.options.0.scores.0": "2",
    "questions.0.options.1.label": "Crumb",
    "questions.0.options.1.scores.1": "3",
}
POLL = {
    "key": "k2",
    "title": "Which bun?",
    "points": "20",
    "segment": "Innovators",
    "outcomes.0.title": "Saffron",
    "outcomes.1.title": "Plum",
}
SPEND = {
    "key": "k3",
    "title": "A full basket",
    "outcomes.0.title": "Basket",
    "outcomes.0.points": "100",
    "goal_kind": "spend",
    "goal_target": "49.90",
    "goal_days": "30",
    "goal_category": "Bread",
}


async def test_an_empty_list_invites_and_offers_four_kinds(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    assert "Write the first" in (await mara.get(INDEX)).text
    kinds = (await mara.get(f"{INDEX}/new")).text
    for kind in ("quiz", "poll", "challenge", "pledge"):
        assert f'href="{INDEX}/new/{kind}"' in kinds
        assert "As members see it" in (await mara.get(f"{INDEX}/new/{kind}")).text
    assert (await mara.get(f"{INDEX}/new/sonnet")).status_code == 404


async def test_a_quiz_is_written_published_and_edited(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    answer = await mara.post(f"{INDEX}/new/quiz", do="publish", **QUIZ)
    assert answer.status_code == 303
    again = await mara.post(f"{INDEX}/new/quiz", do="publish", **QUIZ)
    assert again.headers["location"] == answer.headers["location"]
    (made,) = await stored.listed(1)
    assert made.status is SurveyStatus.PUBLISHED
    assert [outcome.segment for outcome in made.shown.outcomes] == ["", "Routine Seekers"]
    assert made.shown.questions[0].options[1].scores == {"routine_seeker": 3}
    shown = (await mara.get(answer.headers["location"])).text
    assert f"/portal/to/bakery/surveys/{made.uid}" in shown or f"/surveys/{made.uid}" in shown
    assert "/reversal" in shown
    form = (await mara.get(f"{INDEX}/{made.uid}/edit")).text
    assert 'value="Routine Seekers"' in form
    sent = {**QUIZ, "title": "Find your bread", "version": field(form, "version")}
    assert (await mara.post(f"{INDEX}/{made.uid}/edit", do="save", **sent)).status_code == 303
    assert "New words wait" in (await mara.get(INDEX)).text
    assert (await stored.find(1, made.uid)).shown.title == "Find your loaf"


async def test_every_vote_of_a_poll_gives_the_same(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    await mara.post(f"{INDEX}/new/poll", do="save", opens="2026-03-10", closes="2026-03-20", **POLL)
    (made,) = await stored.listed(1)
    assert {(each.points, each.segment) for each in made.draft.outcomes} == {(20, "Innovators")}
    assert (made.opens_at, made.closes_at) == (
        datetime(2026, 3, 9, 23, tzinfo=UTC),
        datetime(2026, 3, 20, 23, tzinfo=UTC),
    )
    form = (await mara.get(f"{INDEX}/{made.uid}/edit")).text
    assert (field(form, "opens"), field(form, "closes"), field(form, "points")) == (
        "2026-03-10",
        "2026-03-20",
        "20",
    )


async def test_money_is_typed_as_an_amount(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    await mara.post(f"{INDEX}/new/challenge", do="save", **SPEND)
    (made,) = await stored.listed(1)
    assert made.draft.goal is not None
    assert (made.draft.goal.kind, made.draft.goal.target) == (GoalKind.SPEND, 4990)
    assert field((await mara.get(f"{INDEX}/{made.uid}/edit")).text, "goal_target") == "49.90"


@pytest.mark.parametrize(
    ("pressed", "name", "values"),
    [
        ("add-outcome", "outcomes.2.title", ""),
        ("up-outcome:1", "questions.0.options.0.scores.1", "2"),
        ("down-outcome:0", "outcomes.0.title", "Routine seeker"),
        ("add-question", "questions.1.options.1.label", ""),
        ("add-option:0", "questions.0.options.2.label", ""),
        ("drop-option:0.0", "questions.0.options.0.label", "Crumb"),
        ("up-option:0.1", "questions.0.options.0.scores.1", "3"),
    ],
)
async def test_lines_are_added_moved_and_dropped_without_a_script(
    cast: Cast, desk_of: SignIn, pressed: str, name: str, values: str
) -> None:
    answer = await (await desk_of(cast.mara)).post(f"{INDEX}/new/quiz", do=pressed, **QUIZ)
    assert answer.status_code == 200
    assert field(answer.text, name) == values
    assert field(answer.text, "intro") == "Two minutes."
    assert await stored.listed(1) == ()


async def test_the_preview_shows_what_is_typed_and_saves_nothing(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    for kind, typed, seen in (
        ("quiz", QUIZ, "Crumb"),
        ("poll", POLL, "Saffron"),
        ("challenge", SPEND, "49.90"),
    ):
        answer = await mara.post(f"{INDEX}/preview/{kind}", htmx=True, **typed)
        assert answer.status_code == 200
        assert "<html" not in answer.text
        assert seen in answer.text
    assert await stored.listed(1) == ()


@pytest.mark.parametrize(
    ("kind", "good", "typed", "sentence", "name"),
    [
        ("quiz", QUIZ, {"title": " "}, "This is needed.", "title"),
        ("quiz", QUIZ, {"outcomes.1.points": "many"}, "Enter a whole number.", "outcomes.1.points"),
        (
            "quiz",
            QUIZ,
            {"questions.0.options.1.label": ""},
            "Write the answer.",
            "questions.0.options.1.label",
        ),
        (
            "quiz",
            QUIZ,
            {"questions.0.options.1.scores.1": "900"},
            "from 0 to 100",
            "questions.0.options.1.scores.1",
        ),
        ("poll", POLL, {"points": "1000000"}, "from 0 to 100,000", "points"),
        ("poll", POLL, {"outcomes.0.title": ""}, "a name", "outcomes.0.title"),
        ("poll", POLL, {"opens": "2026-03-20", "closes": "2026-03-10"}, "close before it opens", "closes"),
        ("poll", POLL, {"closes": "2026-01-10", "do": "publish"}, "Its last day is over", "closes"),
        ("poll", POLL, {"reward": "gone"}, "This reward is gone.", "reward"),
        ("challenge", SPEND, {"goal_target": "lots"}, "isn’t an amount", "goal_target"),
        ("challenge", SPEND, {"goal_target": ""}, "from 1 to", "goal_target"),
        ("challenge", SPEND, {"goal_days": "400"}, "at most 366", "goal_days"),
        ("pledge", SPEND, {}, "Write what is pledged", "promise"),
    ],
)
async def test_what_is_wrong_is_422_by_field_and_keeps_the_words(
    cast: Cast,
    desk_of: SignIn,
    kind: str,
    good: dict[str, str],
    typed: dict[str, str],
    sentence: str,
    name: str,
) -> None:
    with clock.at(START):
        mara = await desk_of(cast.mara)
        answer = await mara.post(f"{INDEX}/new/{kind}", **{**good, "intro": "Kept as typed", **typed})
    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text
    assert sentence in answer.text.replace("&#39;", "’").replace("'", "’")
    assert "Kept as typed" in answer.text
    assert await stored.listed(1) == ()


async def test_a_stale_edit_shows_both(cast: Cast, desk_of: SignIn) -> None:
    loaf = await published(LOAF)
    answer = await (await desk_of(cast.mara)).post(
        f"{INDEX}/{loaf.uid}/edit", **{**QUIZ, "title": "Mine", "version": str(loaf.version - 1)}
    )
    assert answer.status_code == 409
    assert "Somebody else changed this meanwhile" in answer.text
    assert "<td>Find your loaf</td><td>Mine</td>" in answer.text
    assert field(answer.text, "version") == str(loaf.version)


async def test_archiving_and_publishing_again_tell_and_can_be_undone(cast: Cast, desk_of: SignIn) -> None:
    loaf = await published(LOAF)
    mara = await desk_of(cast.mara)
    assert (await mara.post(f"{INDEX}/{loaf.uid}/archival")).status_code == 303
    page = (await mara.get(f"{INDEX}/{loaf.uid}")).text
    assert "isn’t offered any more" in page
    assert "/reversal" in page
    assert "Offer it again" in page
    await mara.post(f"{INDEX}/{loaf.uid}/publication")
    assert (await stored.find(1, loaf.uid)).is_published
    assert (await mara.post(f"{INDEX}/{loaf.uid}/publication", htmx=True)).status_code == 200


async def test_results_are_charted_and_lead_to_their_people(cast: Cast, desk_of: SignIn) -> None:
    with clock.at(START + timedelta(hours=1)):
        loaf, _bun, _two = await published(LOAF), await published(FLAVOUR), await published(challenge())
        await taking.finish(1, cast.ines.id, loaf.uid, PURIST, by=themself(cast.ines.id))
        await taking.take_up(1, cast.ines.id, _two.uid, by=themself(cast.ines.id))
    mara = await desk_of(cast.mara)
    with watched() as asked:
        listed = (await mara.get(INDEX)).text
    assert len(asked) <= 10
    assert "1<small> person" in listed
    page = (await mara.get(f"{INDEX}/{loaf.uid}")).text
    path = "/admin/customers?told=quiz%3Afind_your_loaf:sourdough_purist"
    assert f'href="{path}"' in page
    people = (await mara.get("/admin/customers", told="quiz:find_your_loaf:sourdough_purist")).text
    assert "Find your loaf Sourdough purist" in people
    assert "Ines Okafor" in people
    assert "Rex Moreau" not in people.partition("<tbody")[2]
    running = (await mara.get("/admin/customers", told=f"{_two.key}:started")).text
    assert "Two loaves Not reached" in running
    assert "1 still at it" in (await mara.get(f"{INDEX}/{_two.uid}")).text
    profile = (await mara.get(f"/admin/customers/{cast.ines.uid}")).text
    assert f'href="{INDEX}/{loaf.uid}"' in profile
    assert "Sourdough purist" in profile


async def test_somebody_elses_survey_is_404(cast: Cast, desk_of: SignIn) -> None:
    loaf = await published(LOAF)
    nils = await desk_of(cast.nils, cast.other_programme_id)
    for path in ("", "/edit"):
        assert (await nils.get(f"{INDEX}/{loaf.uid}{path}")).status_code == 404
    for path in ("/edit", "/publication", "/archival"):
        assert (await nils.post(f"{INDEX}/{loaf.uid}{path}", **QUIZ)).status_code == 404


@pytest.mark.parametrize("role", [StaffRole.SERVICE, StaffRole.ANALYST, StaffRole.READ_ONLY])
async def test_who_only_looks_sees_and_changes_nothing(cast: Cast, desk_of: SignIn, role: StaffRole) -> None:
    loaf = await published(LOAF)
    draft = await editing.create(1, Draft(FLAVOUR), by=cast.mara, key="d")
    reader = await desk_of(await factories.staff(1, "Reader", role))
    for path in ("", f"/{loaf.uid}", f"/{draft.survey.uid}"):
        page = await reader.get(f"{INDEX}{path}")
        assert page.status_code == 200
        assert "<form" not in page.text.partition("<main")[2].partition("</main")[0]
    for path in ("/new", "/new/quiz", f"/{loaf.uid}/edit"):
        assert (await reader.get(f"{INDEX}{path}")).status_code == 403
    for path in ("/new/quiz", f"/{loaf.uid}/edit", f"/{loaf.uid}/archival", f"/{loaf.uid}/publication"):
        assert (await reader.post(f"{INDEX}{path}", **QUIZ)).status_code == 403
