"""Saved views of the customers list. PRODUCT B1."""

import pytest

from db.engine import value, watched
from loyalty.errors import NotAllowed
from loyalty.views import listing, saving
from loyalty.views.saving import Wish
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.desk import toast

LIST = "/admin/customers"
SPENT = "type=member&sort=-spent"


async def test_what_the_list_shows_is_saved_under_a_name_and_becomes_a_tab(
    cast: Cast, desk_of: SignIn
) -> None:
    mara = await desk_of(cast.mara)
    assert "Save view" not in (await mara.get(LIST)).text
    page = (await mara.get(f"{LIST}?{SPENT}")).text
    assert "Save view" in page
    form = await mara.get(f"/admin/views/new?{SPENT}", htmx=True)
    assert "<html" not in form.text
    assert 'value="type=member&amp;sort=-spent"' in form.text
    saved = await mara.post("/admin/views", name=" Best  customers ", filter=SPENT)
    assert (saved.status_code, saved.headers["location"]) == (303, f"{LIST}?{SPENT}")
    with watched() as asked:
        page = (await mara.get(f"{LIST}?sort=-spent&type=member")).text
    assert 'aria-current="page"><span>Best customers</span>' in page
    assert "Save view" not in page
    assert len(asked) <= 11


async def test_views_are_ones_own_unless_shared(cast: Cast, desk_of: SignIn) -> None:
    mara, theo = await desk_of(cast.mara), await desk_of(cast.theo)
    await mara.post("/admin/views", name="Mine", filter=SPENT)
    await mara.post("/admin/views", name="Ours", filter="type=guest", shared="on")
    page = (await theo.get("/admin/views")).text
    assert "Ours" in page
    assert "Shared by Mara" in page
    assert "Mine" not in page
    mine = await value("SELECT uid FROM saved_views WHERE name = 'Mine' AND programme_id = 1")
    ours = await value("SELECT uid FROM saved_views WHERE name = 'Ours' AND programme_id = 1")
    assert (await theo.get(f"/admin/views/{mine}")).status_code == 404
    assert (await theo.post(f"/admin/views/{mine}", name="Stolen")).status_code == 404
    theirs = await saving.save(2, SPENT, Wish("Theirs", shared=True), by=cast.nils)
    assert (await mara.get(f"/admin/views/{theirs.uid}")).status_code == 404
    assert (await theo.post(f"/admin/views/{ours}/deletion")).status_code == 403
    await theo.post(f"/admin/views/{ours}", name="Renamed by Theo", first="on")
    assert await value("SELECT name FROM saved_views WHERE uid = {} AND programme_id = 1", ours) == "Ours"
    await mara.post(f"/admin/views/{ours}", name="Ours")
    assert await listing.first(1, cast.theo.id or 0) is None  # not shared any more


async def test_the_list_opens_with_the_view_one_chose(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    await mara.post("/admin/views", name="Best", filter=SPENT, first="on")
    opened = await mara.get(LIST)
    assert (opened.status_code, opened.headers["location"]) == (303, f"{LIST}?{SPENT}")
    assert (await (await desk_of(cast.theo)).get(LIST)).status_code == 200
    everybody = await mara.client.get(
        LIST, headers={"Accept": "text/html", "Referer": f"http://shop.example{LIST}?{SPENT}"}
    )
    assert everybody.status_code == 200


async def test_renaming_replacing_and_deleting(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    await mara.post("/admin/views", name="Best", filter=SPENT)
    twice = await mara.post("/admin/views", name="Best", filter="type=guest", htmx=True)
    assert twice.status_code == 422
    assert "Replace the view" in twice.text
    assert 'value="Best"' in twice.text
    await mara.post("/admin/views", name="Best", filter="type=guest", replace="on")
    uid = await value("SELECT uid FROM saved_views WHERE programme_id = 1 AND query = 'type=guest'")
    renamed = await mara.post(f"/admin/views/{uid}", htmx=True, at="/admin/views", name="Guests only")
    assert toast(renamed)["sentence"] == "The view “Guests only” was changed"
    gone = await mara.post(f"/admin/views/{uid}/deletion")
    assert gone.headers["location"] == "/admin/views"
    assert await value("SELECT count(*) FROM saved_views WHERE programme_id = 1") == 0


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "", "filter": SPENT}, "Give it a name."),
        ({"name": "x" * 41, "filter": SPENT}, "This is too long."),
        ({"name": "All", "filter": "nonsense=1"}, "a view of everybody is the list itself"),
    ],
)
async def test_a_bad_form_is_422_and_keeps_the_words(
    cast: Cast, desk_of: SignIn, sent: dict[str, str], said: str
) -> None:
    answer = await (await desk_of(cast.mara)).post("/admin/views", htmx=True, **sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{sent["name"]}"' in answer.text


async def test_a_view_that_asks_for_what_is_gone_says_so(cast: Cast, desk_of: SignIn) -> None:
    gold = await factories.tier(1, "Gold", rank=1, threshold=0)
    mara = await desk_of(cast.mara)
    assert "is gone" not in (await mara.get(f"{LIST}?tier={gold.uid}")).text
    page = (await mara.get(f"{LIST}?tier=nowhere&tag=none")).text
    assert "asks for a tier and a tag that is gone" in page


async def test_only_the_owner_deletes(cast: Cast) -> None:
    view = await saving.save(1, SPENT, Wish("Ours", shared=True), by=cast.mara)
    with pytest.raises(NotAllowed, match="Mara's"):
        await saving.delete(1, view.uid, by=cast.theo)
