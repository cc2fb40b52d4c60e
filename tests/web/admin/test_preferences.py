"""Engage → Preferences: questions, their editor, the bonus, and answers with the people behind them. PRODUCT L1."""

from datetime import timedelta

import pytest

from db.engine import watched
from db.enums import QuestionKind, StaffRole
from loyalty import clock
from loyalty.preferences import questions
from tests import factories
from tests.cast import Cast
from tests.factories import START
from tests.preferring import ask, prize, tell
from tests.web.admin.conftest import SignIn
from tests.web.desk import field

INDEX = "/admin/preferences"
TYPED = {"title": "What do you like?", "section": "interests", "kind": "many", "key": "k1"}
LINES = {"option_key": ["", ""], "option_label": ["Sourdough", "Premium Coffee"]}


async def test_an_empty_programme_begins_with_the_ready_made_set(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    assert "Begin with our set" in (await mara.get(INDEX)).text
    assert (await mara.post(f"{INDEX}/starter-set")).status_code == 303
    page = (await mara.get(INDEX)).text
    assert "Publish 8 changes" in page
    await mara.post(f"{INDEX}/publications")
    with watched() as asked:
        page = (await mara.get(INDEX)).text
    assert "Publish" not in page.partition("<main")[2]
    assert len(asked) <= 12
    assert len(await questions.published(1)) == 8


async def test_a_question_is_written_saved_and_published(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    assert "As members see it" in (await mara.get(f"{INDEX}/questions/new", section="values")).text
    answer = await mara.post(f"{INDEX}/questions", do="publish", **TYPED, **LINES)
    assert answer.status_code == 303
    page = await mara.get(answer.headers["location"])
    assert "Members are asked “What do you like?”" in page.text
    assert "Wording 1" in page.text
    (asked,) = await questions.published(1)
    assert [option.key for option in asked.shown.options] == ["sourdough", "premium_coffee"]
    version = field(page.text, "version")
    again = {**TYPED, "title": "What do you love?", "version": version}
    kept = {"option_key": ["premium_coffee", "sourdough"], "option_label": ["Coffee", "Sourdough"]}
    saved = await mara.post(answer.headers["location"], do="save", **again, **kept)
    assert saved.status_code == 303
    assert "New words wait" in (await mara.get(INDEX)).text
    assert (await questions.published(1))[0].shown.title == "What do you like?"


async def test_the_preview_shows_what_is_typed_and_saves_nothing(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    answer = await mara.post(f"{INDEX}/preview", htmx=True, **TYPED, **LINES)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "Premium Coffee" in answer.text
    assert await questions.listed(1) == ()


async def test_lines_are_moved_dropped_and_added_without_a_script(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    for pressed, order in (("down-0", ["Premium Coffee", "Sourdough"]), ("drop-0", ["Premium Coffee"])):
        page = (await mara.post(f"{INDEX}/questions", do=pressed, **TYPED, **LINES)).text
        found = [part.partition('"')[0] for part in page.split('name="option_label"')[1:]]
        assert len(found) == len(order)
        places = [page.index(f'value="{label}"') for label in order]
        assert places == sorted(places)
    more = (await mara.post(f"{INDEX}/questions", do="add", **TYPED, **LINES)).text
    assert more.count('name="option_label"') == 5
    assert await questions.listed(1) == ()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "This is needed."),
        ({"title": "x" * 161}, "1 to 160"),
        ({"section": "nowhere"}, "Choose one from the list."),
        ({"option_label": ["Only one", ""]}, "at least two"),
        ({"option_label": ["Same", "same"]}, "there twice"),
        ({"kind": "one", "boost_percent": "200"}, "product category"),
        ({"purpose": "y" * 301}, "too long"),
    ],
)
async def test_a_bad_question_is_422_and_keeps_the_words(
    cast: Cast, desk_of: SignIn, typed: dict[str, str], sentence: str
) -> None:
    answer = await (await desk_of(cast.mara)).post(
        f"{INDEX}/questions", **{**TYPED, **LINES, "help": "Kept as typed", **typed}
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Kept as typed" in answer.text
    assert await questions.listed(1) == ()


async def test_a_stale_edit_says_so_and_keeps_the_words(cast: Cast, desk_of: SignIn) -> None:
    likes = await ask("Likes", "Bread", "Coffee")
    sent = {**TYPED, **LINES, "version": str(likes.version - 1)}
    answer = await (await desk_of(cast.mara)).post(f"{INDEX}/questions/{likes.uid}", **sent)
    assert answer.status_code == 409
    assert "Somebody changed this question" in answer.text
    assert "What do you like?" in answer.text
    assert field(answer.text, "version") == str(likes.version)


async def test_moving_archiving_and_undo(cast: Cast, desk_of: SignIn) -> None:
    for title in ("One", "Two"):
        await ask(title, "A", "B")
    first, second = await questions.listed(1)
    mara = await desk_of(cast.mara)
    await mara.post(f"{INDEX}/questions/{second.uid}/moves", way="up")
    assert [each.shown.title for each in await questions.listed(1)] == ["Two", "One"]
    await mara.post(f"{INDEX}/questions/{first.uid}/archival")
    page = (await mara.get(INDEX)).text
    assert "Ask again" in page
    assert "/reversal" in page
    await mara.post(f"{INDEX}/questions/{first.uid}/publication")
    assert len(await questions.published(1)) == 2


async def test_the_bonus_is_set_and_shown(cast: Cast, desk_of: SignIn) -> None:
    await ask("Likes", "Bread", "Coffee")
    mara = await desk_of(cast.mara)
    assert "Bonus for a complete profile" in (await mara.get(f"{INDEX}/bonus/new", htmx=True)).text
    bad = await mara.post(f"{INDEX}/bonus", points="many", key="b")
    assert (bad.status_code, "Enter a whole number." in bad.text) == (422, True)
    await mara.post(f"{INDEX}/bonus", points="250", key="b")
    assert "<b>250 points</b>" in (await mara.get(INDEX)).text


async def test_answers_are_charted_and_lead_to_their_people(cast: Cast, desk_of: SignIn) -> None:
    with clock.at(START + timedelta(hours=1)):
        await ask("Likes", "Bread", "Coffee")
        await ask("Notes", kind=QuestionKind.TEXT)
        await tell(cast.ines, likes="coffee", notes="Oat milk")
    mara = await desk_of(cast.mara)
    with watched() as asked:
        page = (await mara.get(f"{INDEX}/answers")).text
    assert len(asked) <= 13
    assert 'href="/admin/customers?told=likes:coffee"' in page
    assert "Oat milk" not in page
    people = (await mara.get("/admin/customers", told="likes:coffee")).text
    assert "Ines Okafor" in people
    assert "Rex Moreau" not in people.partition("<tbody")[2]
    assert "Likes Coffee" in people
    profile = (await mara.get(f"/admin/customers/{cast.ines.uid}")).text
    assert "Told us" in profile
    assert "in the portal, wording 1" in profile
    assert "Not asked" in profile


async def test_somebody_elses_question_is_404(cast: Cast, desk_of: SignIn) -> None:
    likes = await ask("Likes", "Bread", "Coffee")
    nils = await desk_of(cast.nils, cast.other_programme_id)
    assert (await nils.get(f"{INDEX}/questions/{likes.uid}")).status_code == 404
    for verb in ("", "/publication", "/archival", "/moves"):
        answer = await nils.post(f"{INDEX}/questions/{likes.uid}{verb}", **TYPED, **LINES)
        assert answer.status_code == 404, verb


@pytest.mark.parametrize("role", [StaffRole.SERVICE, StaffRole.ANALYST, StaffRole.READ_ONLY])
async def test_who_only_looks_sees_and_changes_nothing(cast: Cast, desk_of: SignIn, role: StaffRole) -> None:
    likes = await ask("Likes", "Bread", "Coffee")
    await prize()
    reader = await desk_of(await factories.staff(1, "Reader", role))
    for path in (INDEX, f"{INDEX}/answers", f"{INDEX}/surprises"):
        page = await reader.get(path)
        assert page.status_code == 200
        assert "<form" not in page.text.partition("<main")[2].partition("</main")[0]
    assert (await reader.get(f"{INDEX}/questions/{likes.uid}")).status_code == 403
    for path in ("questions", f"questions/{likes.uid}/archival", "bonus", "starter-set", "surprises"):
        assert (await reader.post(f"{INDEX}/{path}", **TYPED)).status_code == 403, path
