"""Segments on screen: the list, one, who moved, the map, thresholds, lists. PRODUCT K."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from db.engine import value, watched
from db.enums import StaffRole
from loyalty import clock
from loyalty.jobs.worker import Worker
from loyalty.segments import listing
from loyalty.segments.refreshing import refresh
from tests import factories
from tests.cast import Cast
from tests.preferring import ask, tell
from tests.web.admin.conftest import SignIn
from tests.web.desk import field, toast

MOST_QUERIES = 22
MAP = {"name": ["Best", "Rest"], "r1": ["4", "1"], "r2": ["5", "5"], "f1": ["1", "1"], "f2": ["5", "5"],
       "m1": ["1", "1"], "m2": ["5", "5"], "scoring": "automatic", "key": "k1"}  # fmt: skip


async def seen(cast: Cast) -> dict[str, str]:
    """Ines bought long ago and much, Rex yesterday; the addresses of segments by name."""
    now = clock.now()
    for days in (150, 170, 190, 210):
        await factories.order(cast.ines, cast.web.id, 90_000, at=now - timedelta(days=days))
    for days in (2, 5, 9, 12):
        await factories.order(cast.rex, cast.web.id, 3_000, at=now - timedelta(days=days))
    await refresh(cast.programme_id)
    return {row.name: f"/admin/segments/{row.uid}" for row in (await listing.listing(1)).rows}


async def test_the_list_leads_to_a_segment_and_that_to_its_people(cast: Cast, desk_of: SignIn) -> None:
    mara, segments = await desk_of(cast.mara), await seen(cast)
    text = (await mara.get("/admin/segments")).text
    assert f'href="{segments["At-risk"]}"' in text
    with watched() as statements:
        shown = (await mara.get(segments["At-risk"])).text
    assert "Ines Okafor" in shown
    assert "Rex Moreau" not in shown
    assert len(statements) <= MOST_QUERIES


async def test_before_the_first_refresh_the_page_says_so_and_asks_for_one(
    cast: Cast, desk_of: SignIn
) -> None:
    mara = await desk_of(cast.mara)
    assert "Nobody has been looked at yet" in (await mara.get("/admin/segments")).text
    answer = await mara.post("/admin/segments/refreshes", htmx=True, at="/admin/segments")
    assert toast(answer)["sentence"] == "Everybody is being looked at now"
    again = await mara.post("/admin/segments/refreshes")
    assert (again.status_code, again.headers["location"]) == (303, "/admin/segments")
    queued = "SELECT count(*) FROM jobs WHERE programme_id = 1 AND name = 'refresh_segments'"
    assert await value(queued) == 1


async def test_a_profile_says_why_somebody_is_at_risk(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    await seen(cast)
    text = (await theo.get(f"/admin/customers/{cast.ines.uid}")).text
    assert "Why At-risk:" in text
    assert "R at most 2 and F at least 3" in text
    assert "4 days" in text
    assert "An order now makes it" in text


async def test_the_customers_list_shows_and_narrows_by_segment(cast: Cast, desk_of: SignIn) -> None:
    theo, segments = await desk_of(cast.theo), await seen(cast)
    uid = segments["At-risk"].rpartition("/")[2]
    text = (await theo.get(f"/admin/customers?segment={uid}")).text
    assert "Ines Okafor" in text
    assert "Rex Moreau" not in text
    assert "In At-risk" in text


async def test_the_map_shows_who_would_move_is_saved_and_undone(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    await seen(cast)
    query = urlencode(MAP, doseq=True)
    previewed = (await mara.get(f"/admin/segments/map?{query}", htmx=True)).text
    assert "<html" not in previewed
    assert "people would move" in previewed
    answer = await mara.post("/admin/segments/map", htmx=True, at="/admin/segments/map", **MAP)
    assert toast(answer)["sentence"] == "The value map now makes 3 segments"
    await refresh(1)
    assert {"Best", "Rest"} <= {row.name for row in (await listing.listing(1)).rows}
    await mara.post(f"/admin/actions/{toast(answer)['undo']}/reversal", htmx=True, at="/admin/segments/map")
    await refresh(1)
    names = {row.name: row.people for row in (await listing.listing(1)).rows}
    assert names["At-risk"] == 1
    assert "Best" not in names


async def test_a_map_that_forgets_somebody_is_422_and_keeps_its_rows(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    answer = await mara.post("/admin/segments/map", **{**MAP, "r1": ["4", "2"]})
    assert answer.status_code == 422
    assert "Nobody says what R 1, F 1, M 1 is" in answer.text
    assert 'value="Best"' in answer.text


async def test_thresholds_are_previewed_saved_and_refused_by_name(cast: Cast, desk_of: SignIn) -> None:
    mara, segments = await desk_of(cast.mara), await seen(cast)
    vips = segments["VIPs"]
    shown = (await mara.get(f"{vips}/thresholds/preview?top_percent=100&orders_year=3", htmx=True)).text
    assert "would enter" in shown
    bad = await mara.post(f"{vips}/thresholds", htmx=True, top_percent="0", key="k1")
    assert bad.status_code == 422
    assert "between 1 and 100" in bad.text
    assert "<html" not in bad.text
    good = await mara.post(f"{vips}/thresholds", top_percent="100", orders_year="3", key="k2")
    assert (good.status_code, good.headers["location"]) == (303, vips)
    stale = await mara.post(f"{vips}/thresholds", top_percent="50", version="1", key="k3")
    assert stale.status_code == 409
    assert (await mara.get(f"{segments['At-risk']}/thresholds")).status_code == 404


async def test_a_list_is_made_of_addresses_and_taken_back(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    await seen(cast)
    sent = {
        "name": "Tasting",
        "people": "Name,E-mail\nInes,INES@example.org\nX,nobody@example.org",
        "key": "k1",
    }
    looked = await mara.post("/admin/segments/lists", htmx=True, at="/admin/segments", **sent)
    assert looked.status_code == 200
    assert "<html" not in looked.text
    assert "Make list of 1 person" in looked.text
    assert "Nobody here has this address." in looked.text
    sent |= {name: field(looked.text, name) for name in ("seen",)} | {"column": "email:1"}
    assert 'value="email:1" selected' in looked.text
    other = await mara.post("/admin/segments/lists", **{**sent, "column": "id:0"})
    assert (other.status_code, "Nobody here has this customer id." in other.text) == (200, True)
    missing = await mara.post(
        "/admin/segments/lists/missing.csv", column="email:1", people="A,B\nx,=1+1@y\nx,"
    )
    assert missing.text == "row,value,why\n2,'=1+1@y,This is no e-mail address.\n"
    answer = await mara.post("/admin/segments/lists", htmx=True, at="/admin/segments", **sent)
    assert toast(answer)["sentence"] == "The list Tasting was made, with 1 person; 1 row names nobody here"
    again = await mara.post("/admin/segments/lists", **{**sent, "key": "k2"})
    assert again.status_code == 422
    assert "There is a segment called Tasting already" in again.text
    page = {row.name: row for row in (await listing.listing(1)).rows}["Tasting"]
    assert page.people == 1
    assert "Ines Okafor" in (await mara.get(f"/admin/segments/{page.uid}")).text
    await mara.post(f"/admin/actions/{toast(answer)['undo']}/reversal", htmx=True, at="/admin/segments")
    assert "Tasting" not in (await mara.get("/admin/segments")).text


async def test_bad_months_are_told_in_plain_words(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    await seen(cast)
    assert "isn&#39;t a month" in (await theo.get("/admin/segments/moves?month=soon")).text
    assert (await theo.get("/admin/segments/moves")).status_code == 200
    this = clock.now().strftime("%Y-%m")
    assert "so far</h2>" in (await theo.get(f"/admin/segments/moves?month={this}")).text
    assert (await theo.get(f"/admin/segments/moves/people?month={this}&from=none&to=nope")).status_code == 404


async def test_strangers_segments_are_404_and_the_wrong_role_403(cast: Cast, desk_of: SignIn) -> None:
    segments = await seen(cast)
    nils = await desk_of(cast.nils, cast.other_programme_id)
    assert (await nils.get(segments["VIPs"])).status_code == 404
    assert (await nils.post(f"{segments['VIPs']}/thresholds", top_percent="5", key="k1")).status_code == 404
    theo = await desk_of(cast.theo)
    assert (await theo.get(f"{segments['VIPs']}/thresholds")).status_code == 403
    assert (await theo.get(f"{segments['VIPs']}/people.csv")).status_code == 403
    reader = await desk_of(await factories.staff(1, "Rae", StaffRole.ANALYST))
    text = (await reader.get(f"{segments['At-risk']}/people.csv")).text
    assert "ines@example.org" in text
    assert "r_score" in text


@pytest.mark.parametrize("path", ["overlap", "map", "lists/new"])
async def test_the_other_pages_stand(cast: Cast, desk_of: SignIn, path: str) -> None:
    mara = await desk_of(cast.mara)
    assert (await mara.get(f"/admin/segments/{path}")).status_code == 200
    await seen(cast)
    assert (await mara.get(f"/admin/segments/{path}")).status_code == 200


async def test_what_people_told_makes_a_segment_by_one_choice(cast: Cast, desk_of: SignIn) -> None:
    mara, new = await desk_of(cast.mara), "/admin/segments/declarations"
    likes = await ask("What do you like?", "Coffee", "Tea")
    await tell(cast.ines, **{likes.key: "coffee"})
    shown = (await mara.get(f"{new}/new", htmx=True)).text
    assert f'value="told:{likes.key}:coffee"' in shown
    assert "<html" not in shown
    sent = {"choice": f"told:{likes.key}:coffee", "name": "Coffee people", "key": "k1"}
    wrong = await mara.post(new, **{**sent, "choice": "told:gone:gone"})
    assert (
        wrong.status_code,
        "isn’t there any more" in wrong.text,
        'value="Coffee people"' in wrong.text,
    ) == (
        422,
        True,
        True,
    )
    made = await mara.post(new, **sent)
    assert made.status_code == 303
    await Worker().step()
    page = (await mara.get(made.headers["location"])).text
    assert "Ines Okafor" in page
    assert "Told us “What do you like?: Coffee”" in page
    assert "By what people told you" in (await mara.get("/admin/segments")).text
    profile = (await mara.get(f"/admin/customers/{cast.ines.uid}")).text
    assert "Said on" in profile[profile.index('id="segment"') :]
    uid = made.headers["location"].rpartition("/")[2]
    assert "In Coffee people" in (await mara.get(f"/admin/customers?segment={uid}")).text
    assert (await (await desk_of(cast.theo)).get(f"{new}/new")).status_code == 403
