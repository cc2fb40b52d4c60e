"""The preference center as members use it: sections, mistakes, rewards, what is known and why. PRODUCT L1, L2."""

import html
import re
from typing import Any

import httpx
import pytest

from db.engine import run, watched
from db.enums import EntryKind, QuestionKind
from loyalty.preferences import editing, told
from tests import factories
from tests.cast import Cast
from tests.preferring import (
    COMMUNICATION,
    PROFILE,
    VALUES,
    ask,
    ask_birthday,
    ask_channels,
    bonus,
    prize,
    seen,
    tell,
)
from tests.web.desk import field
from tests.web.portal.conftest import Browse

HOME = "/portal/preferences"


async def save(client: httpx.AsyncClient, section: str, **answers: Any) -> httpx.Response:
    """Send a section's form as the page draws it, with these answers in place of what is there."""
    page = (await client.get(HOME)).text
    form = page.partition(f'id="{section}" method="post"')[2].partition("</form>")[0]
    shown = re.findall(r'name="w\.([a-z_0-9]+)" value="(\d+)"', form)
    sent: dict[str, Any] = {"csrf": field(page, "csrf"), "version": field(form, "version")}
    sent |= {f"w.{key}": number for key, number in shown}
    sent |= {f"q.{key}": answer for key, answer in answers.items()}
    return await client.post(f"{HOME}/{section}", data=sent)


def words(answer: httpx.Response) -> str:
    return html.unescape(answer.text)


async def test_current_answers_are_shown_and_a_section_is_saved_on_its_own(
    people: Cast, browse: Browse
) -> None:
    await ask("Likes", "Sourdough", "Premium Coffee")
    await ask("Cares", "Local", "Organic", section=VALUES)
    client = await browse(people.ines)
    with watched() as asked:
        page = await client.get(HOME)
    assert page.status_code == 200
    assert len(asked) <= 12
    answer = await save(client, "interests", likes=["premium_coffee"])
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HOME}?saved=interests#interests")
    page = await client.get(answer.headers["location"])
    assert 'value="premium_coffee" checked' in page.text
    assert 'value="sourdough" checked' not in page.text
    assert page.text.count("Saved. Thank you.") == 1


async def test_completing_the_profile_shows_the_bonus_once(people: Cast, browse: Browse) -> None:
    await bonus(250)
    await ask("Likes", "Bread", "Coffee")
    client = await browse(people.ines)
    assert "Earn 250 bonus points for completing your taste profile" in words(await client.get(HOME))
    answer = await save(client, "interests", likes="bread")
    assert answer.headers["location"] == HOME
    page = words(await client.get(HOME))
    assert "Your profile is complete: 250 points are yours." in page
    assert "Your taste profile is complete" in page
    await save(client, "interests", likes="coffee")
    assert await factories.entries(people.ines) == [(EntryKind.EARN_ACTION, 250)]


async def test_a_birthday_tells_its_surprise(people: Cast, browse: Browse) -> None:
    await ask_birthday()
    await prize("50 points on us")
    client = await browse(people.ines)
    await save(client, "profile", when_is_your_birthday=["5", "17", ""])
    assert "A surprise for your birthday: 50 points on us." in words(await client.get(HOME))
    page = words(await client.get(HOME))
    assert '<option value="5" selected>' in page
    assert "You can change it again from" in page
    bad = await save(client, "profile", when_is_your_birthday=["6", "17", ""])
    assert bad.status_code == 422
    assert "You can change your birthday again from" in words(bad)
    assert '<option value="6" selected>' in bad.text


async def test_what_is_wrong_is_told_beside_the_question_and_nothing_is_lost(
    people: Cast, browse: Browse
) -> None:
    likes = await ask("Likes", "Bread", "Coffee", "Tea")
    await ask("Notes", kind=QuestionKind.TEXT)
    client = await browse(people.ines)
    answer = await save(client, "interests", likes=["matcha", "tea"], notes="Oat milk, please")
    assert answer.status_code == 422
    assert "doesn't exist" in words(answer)
    assert 'value="tea" checked' in answer.text
    assert "Oat milk, please" in answer.text
    assert await told.known_of(1, people.ines.id) == ()
    again = await save(client, "interests", likes=["tea"], notes="x" * 501)
    assert "it has 501" in words(again)
    await editing.archive(1, likes.uid, by=people.mara)
    gone = await client.post(
        f"{HOME}/interests",
        data={
            "csrf": field(answer.text, "csrf"),
            "version": "1",
            "w.likes": "1",
            "w.notes": "1",
            "q.notes": "Hi",
        },
    )
    assert gone.status_code == 409
    assert "isn't asked any more" in words(gone)
    assert ">Hi</textarea>" in gone.text


async def test_a_stale_form_keeps_what_was_ticked_and_can_be_saved_again(
    people: Cast, browse: Browse
) -> None:
    await ask("Likes", "Bread", "Coffee")
    client = await browse(people.ines)
    page = (await client.get(HOME)).text
    await tell(people.ines, likes="coffee")
    sent = {
        "csrf": field(page, "csrf"),
        "version": field(page, "version"),
        "w.likes": "1",
        "q.likes": "bread",
    }
    stale = await client.post(f"{HOME}/interests", data=sent)
    assert stale.status_code == 409
    assert "changed elsewhere meanwhile" in words(stale)
    assert 'value="bread" checked' in stale.text
    again = await client.post(f"{HOME}/interests", data={**sent, "version": field(stale.text, "version")})
    assert again.status_code == 303
    assert (await seen(people.ines)).parts[0].asked[0].answer.options == ("bread",)


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
async def test_nonsense_in_a_form_is_refused_in_words(people: Cast, browse: Browse, version: str) -> None:
    await ask("Likes", "Bread", "Coffee")
    client = await browse(people.ines)
    token = field((await client.get(HOME)).text, "csrf")
    sent = {"csrf": token, "version": version, "w.likes": "9" * 12, "q.likes": "bread", "w." + "k" * 300: "1"}
    answer = await client.post(f"{HOME}/interests", data=sent)
    assert answer.status_code == 409
    assert (await client.post(f"{HOME}/nowhere", data={"csrf": token})).status_code == 404
    assert (await client.post(f"{HOME}/interests", data={"q.likes": "bread"})).status_code == 403


async def test_what_is_known_says_when_how_and_what_for_and_is_withdrawn_there(
    people: Cast, browse: Browse
) -> None:
    likes = await ask("Likes", "Bread", "Coffee")
    await ask_channels()
    await tell(people.ines, likes="coffee")
    await tell(people.ines, COMMUNICATION, how_may_we_write=["email"])
    client = await browse(people.ines)
    page = await client.get(f"{HOME}/known")
    assert "Coffee" in page.text
    assert "in the portal" in page.text
    assert "Showing you what suits you." in page.text
    token = {"csrf": field(page.text, "csrf")}
    answer = await client.post(f"{HOME}/known/{likes.uid}/withdrawal", data=token)
    assert answer.status_code == 303
    page = await client.get(f"{HOME}/known")
    assert "That is withdrawn, and we no longer use it." in words(page)
    assert "known-" in page.text
    assert "taken back" in page.text
    assert [each.key for each in await told.known_of(1, people.ines.id)] == ["how_may_we_write"]


async def test_guests_and_who_left_see_and_withdraw_but_are_not_asked(people: Cast, browse: Browse) -> None:
    likes = await ask("Likes", "Bread", "Coffee")
    await tell(people.pia, likes="coffee")
    pia = await browse(people.pia)
    assert (await pia.get(HOME)).status_code == 303
    page = await pia.get(f"{HOME}/known")
    assert "Coffee" in page.text
    token = {"csrf": field(page.text, "csrf")}
    await pia.post(f"{HOME}/known/{likes.uid}/withdrawal", data=token)
    assert await told.known_of(1, people.pia.id) == ()
    await run("UPDATE customers SET email_verified_at = created_at WHERE programme_id = 1")
    assert (await (await browse(people.olu)).get(f"{HOME}/known")).status_code == 200


async def test_signed_out_one_is_sent_to_sign_in(people: Cast, browse: Browse) -> None:
    likes = await ask("Likes", "Bread", "Coffee", section=PROFILE)
    nobody = await browse(None)
    for path in (HOME, f"{HOME}/known"):
        assert (await nobody.get(path)).headers["location"].startswith("/portal/sign-in")
    assert (await nobody.post(f"{HOME}/known/{likes.uid}/withdrawal")).status_code in (303, 403)
