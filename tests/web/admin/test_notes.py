"""Team notes and the History tab on a customer's page. PRODUCT B3."""

import pytest

from db.enums import StaffRole
from loyalty.notes.listing import notes
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.desk import toast


def profile(cast: Cast) -> str:
    return f"/admin/customers/{cast.ines.uid}"


async def test_a_note_is_posted_shown_and_undone(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    answer = await theo.post(
        profile(cast) + "/notes", htmx=True, at=profile(cast), body="<b>Oat</b> milk", key="k1"
    )
    assert toast(answer)["sentence"] == "Your note about Ines Okafor is kept"
    assert "&lt;b&gt;Oat&lt;/b&gt; milk" in (await theo.get(profile(cast))).text
    await theo.post(f"/admin/actions/{toast(answer)['undo']}/reversal", htmx=True, at=profile(cast))
    assert "Oat" not in (await theo.get(profile(cast))).text


async def test_without_htmx_it_is_posted_once_for_a_double_click_and_removed(
    cast: Cast, desk_of: SignIn
) -> None:
    theo = await desk_of(cast.theo)
    for _ in range(2):
        answer = await theo.post(profile(cast) + "/notes", body="Oat milk", key="k1")
        assert (answer.status_code, answer.headers["location"]) == (303, profile(cast))
    (note,) = (await notes(1, cast.ines.id)).rows
    answer = await theo.post(f"{profile(cast)}/notes/{note.uid}/removal")
    assert answer.status_code == 303
    assert (await notes(1, cast.ines.id)).rows == ()
    assert (await theo.post(f"{profile(cast)}/notes/{note.uid}/removal")).status_code == 409


@pytest.mark.parametrize("body", ["", " \n ", "x" * 2001])
async def test_a_bad_note_is_422_and_keeps_the_words(cast: Cast, desk_of: SignIn, body: str) -> None:
    theo = await desk_of(cast.theo)
    answer = await theo.post(profile(cast) + "/notes", htmx=True, body=body, key="k1")
    assert answer.status_code == 422
    assert "<html" not in answer.text
    assert body.strip() in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<html" in (await theo.post(profile(cast) + "/notes", body=body, key="k1")).text


async def test_notes_of_strangers_are_404_and_the_wrong_role_403(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    theirs = f"/admin/customers/{cast.ada.uid}/notes"
    assert (await theo.get(theirs + "/new")).status_code == 404
    assert (await theo.post(theirs, body="Hi", key="k1")).status_code == 404
    assert (await theo.post(f"{profile(cast)}/notes/unknown/removal")).status_code == 404
    reader = await desk_of(await factories.staff(1, "Ana", StaffRole.ANALYST))
    assert (await reader.post(profile(cast) + "/notes", body="Hi", key="k1")).status_code == 403
    assert "Note for your team" not in (await reader.get(profile(cast))).text


async def test_history_tells_who_did_what_with_undo_where_it_exists(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    await theo.post(profile(cast) + "/exclusion", reason="Asked to leave", key="k1")
    page = (await theo.get(profile(cast), tab="history")).text
    for text in ("Ines Okafor has left the programme", "Theo", "Asked to leave", "became", "/reversal"):
        assert text in page
    part = (await theo.get(profile(cast), htmx=True, tab="history")).text
    assert "<html" not in part
    assert 'id="records"' in part


async def test_a_long_history_has_pages(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    for number in range(25):
        await theo.post(profile(cast) + "/notes", body=f"Note {number}", key=str(number))
    page = (await theo.get(profile(cast), tab="history")).text
    assert 'rel="next"' in page
    assert page.count("A note about Ines Okafor was written") == 40  # a sentence and its button's label


async def test_history_of_who_may_not_undo_has_no_buttons(cast: Cast, desk_of: SignIn) -> None:
    await (await desk_of(cast.theo)).post(profile(cast) + "/exclusion", key="k1")
    reader = await desk_of(await factories.staff(1, "Ana", StaffRole.ANALYST))
    page = (await reader.get(profile(cast), tab="history")).text
    assert "has left the programme" in page
    assert "/reversal" not in page.replace("/admin/actions/{uid}/reversal", "")
