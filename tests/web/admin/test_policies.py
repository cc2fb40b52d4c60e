"""Programme → Expiry and hold, and the stamp card. PRODUCT C9, J1, I4."""

from db.engine import run, value
from loyalty import programmes
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.admin.test_tiers import typed
from tests.web.desk import Desk, field

POLICIES, EDIT, DRAFTS = "/admin/policies", "/admin/policies/edit", "/admin/policies/drafts"
CARD = "/admin/stamp-card"


async def drafted(desk: Desk, **changed: str) -> str:
    answer = await desk.post(DRAFTS, **(typed((await desk.get(EDIT)).text) | changed))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_the_page_says_what_holds_and_that_no_date_takes_points_by_itself(
    cast: Cast, desk_of: SignIn
) -> None:
    page = (await (await desk_of(cast.mara)).get(POLICIES)).text
    for text in ("Never", "14 days before points", "A date alone takes nothing", "Don’t earn"):
        assert text in page
    assert "Stamp card" not in page


async def test_switching_expiry_on_shows_what_it_does_and_then_does_it(cast: Cast, desk_of: SignIn) -> None:
    await factories.give(cast.ines, 40)
    desk = await desk_of(cast.mara)
    draft = await drafted(desk, expiry="rolling", months="6", hold_days="7", guests="on")
    page = (await desk.get(draft)).text
    for text in ('<b class="num">40</b> points of 1 credit get a date', "7 days", "Earn from now on"):
        assert text in page
    assert (await programmes.get(1)).hold_days == 14
    answer = await desk.post(f"{draft}/enactment", key=field(page, "key"))
    assert (answer.status_code, answer.headers["location"]) == (303, POLICIES)
    assert (await programmes.get(1)).hold_days == 7
    assert await value("SELECT count(*) FROM lots WHERE programme_id = 1 AND expires_at IS NOT NULL") == 1
    assert "have been changed" in await desk.said()


async def test_htmx_gets_a_toast_with_undo(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    draft = await drafted(desk, hold_days="1")
    answer = await desk.post(f"{draft}/enactment", htmx=True, at=draft, key="once")
    assert '"undo": "' in answer.headers["hx-trigger"]
    assert "<html" not in answer.text


async def test_impossible_numbers_are_422_and_keep_the_words(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    now = typed((await desk.get(EDIT)).text)
    for bad in ({"months": "0"}, {"months": "many"}, {"hold_days": "366"}, {"expiry": "soon"}):
        answer = await desk.post(DRAFTS, **(now | bad))
        assert answer.status_code == 422, bad
    assert 'href="#expiry"' in answer.text
    assert 'value="many"' in (await desk.post(DRAFTS, **(now | {"months": "many"}))).text


async def test_a_stale_draft_is_409(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    mine, theirs = await drafted(desk, hold_days="1"), await drafted(desk, hold_days="2")
    await desk.post(f"{theirs}/enactment", key="t")
    answer = await desk.post(f"{mine}/enactment", key="m")
    assert answer.status_code == 409
    assert "changed by somebody else" in answer.text
    assert (await programmes.get(1)).hold_days == 2


async def test_other_programmes_drafts_are_404_and_other_roles_403(cast: Cast, desk_of: SignIn) -> None:
    draft = await drafted(await desk_of(cast.mara), hold_days="1")
    nils = await desk_of(cast.nils, cast.other_programme_id)
    assert (await nils.get(draft)).status_code == 404
    assert (await nils.post(f"{draft}/enactment", key="k")).status_code == 404
    theo = await desk_of(cast.theo)
    assert (await theo.get(POLICIES)).status_code == 200
    for path in (EDIT, draft, CARD):
        assert (await theo.get(path)).status_code == 403
    assert (await theo.post(f"{draft}/enactment", key="k")).status_code == 403


async def test_a_card_size_shows_who_gains_and_loses_before_it_changes(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    assert (await desk.get(CARD)).status_code == 404
    await run("UPDATE programmes SET unit = 'stamps', stamp_card_size = 10 WHERE programme_id = 1")
    await factories.give(cast.ines, 20)
    page = (await desk.get(CARD, size="12")).text
    assert "0 gain a full card, 1 lose one" in page
    assert "Ines Okafor" in page
    assert (await desk.get(CARD, size="1")).status_code == 422
    stale = await desk.post(CARD, size="12", seen="8", key="a")
    assert (stale.status_code, "Somebody else changed the card" in stale.text) == (409, True)
    for _ in range(2):
        assert (await desk.post(CARD, size="12", seen="10", key="b")).status_code == 303
    assert (await programmes.get(1)).stamp_card_size == 12
    assert "<b>12</b>" in (await desk.get(POLICIES)).text
