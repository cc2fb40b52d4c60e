"""Changing many people at once, from the ticks to the undo. PRODUCT B1."""

import re
from pathlib import Path

import pytest

from db.engine import value, watched
from db.enums import BatchKind, StaffRole
from loyalty.batches import starting
from loyalty.batches.choosing import Selection
from loyalty.customers.filters import CustomerFilter
from loyalty.imports import points
from loyalty.jobs.worker import Worker
from loyalty.segments import lists
from tests import factories
from tests.cast import Cast
from tests.services import many
from tests.web.admin.conftest import SignIn
from tests.web.desk import field, toast

NEW = "/admin/batches/new"


async def test_the_list_lets_people_be_ticked_outside_the_filter(cast: Cast, desk_of: SignIn) -> None:
    page = (await (await desk_of(cast.theo)).get("/admin/customers")).text
    filters = page[page.index('class="filters"') : page.index("</form>", page.index('class="filters"'))]
    assert 'name="who"' not in filters
    assert f'name="who" value="{cast.ines.uid}"' in page
    assert page.count("formaction=") == 4  # Theo exports nothing


async def test_the_form_says_exactly_how_many_and_what(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    with watched() as asked:
        page = (await mara.get(NEW + "/adjust", all="1", filter="type=member")).text
    assert "Everybody this list shows now: <b>2 people</b>" in page
    assert "Adjust balance · 2 people" in page
    assert len(asked) <= 6
    picked = (await mara.get(NEW + "/tag", who=cast.ines.uid)).text
    assert "<b>1 person</b>, picked by hand" in picked
    nobody = (await mara.get(NEW + "/tag")).text
    assert "Nobody is selected" in nobody
    assert "Add tag · 0" not in nobody


async def test_everybody_matching_is_tagged_and_one_undo_takes_it_back(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    form = (await mara.get(NEW + "/tag", all="1", filter="type=member")).text
    sent = {
        "all": "1",
        "filter": field(form, "filter"),
        "count": field(form, "count"),
        "key": field(form, "key"),
    }
    answer = await mara.post(NEW + "/tag", tag="vip", **sent)
    assert answer.status_code == 303
    again = await mara.post(NEW + "/tag", tag="vip", **sent)
    path = answer.headers["location"]
    assert again.headers["location"] == path
    going = (await mara.get(path, htmx=True)).text
    assert "<html" not in going
    assert 'hx-trigger="every 1s"' in going
    assert "Refresh" in going
    await Worker().step()
    with watched() as asked:
        done = (await mara.get(path)).text
    assert len(asked) <= 10
    assert "every 1s" not in done
    assert "2 of 2" in done
    found = re.search(r"/admin/actions/([^/]+)/reversal", done)
    assert found is not None
    undone = await mara.post(found[0], htmx=True, at=path)
    assert toast(undone)["sentence"] == "2 people are being changed back"
    await Worker().step()
    assert await value("SELECT count(*) FROM customer_tags WHERE programme_id = 1") == 0
    assert "Taken back" in (await mara.get(path)).text


async def test_refusals_are_listed_and_exported(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    answer = await mara.post(NEW + "/adjust", all="1", points="5", reason="Sorry", key="k", htmx=True)
    path = answer.headers["hx-redirect"]
    await Worker().step()
    page = (await mara.get(path + "?only=refused")).text
    assert "Pia Lind has left the programme." in page
    assert "Ines" not in page[page.index('id="report"') :]
    rows = (await mara.get(path + "/people.csv")).text
    assert "Pia Lind,pia@example.org,refused,Pia Lind has left the programme." in rows
    assert "Add 5 points" in (await mara.get("/admin/batches")).text


async def test_a_file_of_points_says_how_many_for_whom(cast: Cast, desk_of: SignIn, tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("email,points\nines@example.org,120\n")
    report = await points.run(1, tmp_path / "old.csv")
    mara = await desk_of(cast.mara)
    path = f"/admin/batches/{report.batch}"
    page = (await mara.get(path)).text
    assert "Points from old.csv" in page
    assert '<td class="c-last right num">+120</td>' in page
    assert (await mara.get(path + "/people.csv")).text.splitlines()[0].endswith("Customer id,Points")
    assert "Why not" not in page


async def test_a_running_batch_is_stopped_once(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    path = (await mara.post(NEW + "/tag", all="1", tag="vip", key="k")).headers["location"]
    assert "Stop" in (await mara.get(path)).text
    assert (await mara.post(path + "/stop")).status_code == 303
    assert "It was stopped after 0 people of 4" in await mara.said()
    assert (await mara.post(path + "/stop")).status_code == 409
    await Worker().step()
    assert "Left as they were" in (await mara.get(path)).text
    assert await value("SELECT count(*) FROM customer_tags WHERE programme_id = 1") == 0


@pytest.mark.parametrize(
    ("kind", "sent", "said"),
    [
        ("tag", {"tag": "a, b"}, "One tag at a time"),
        ("adjust", {"points": "1.5", "reason": "Typed"}, "leave out the decimals"),
        ("adjust", {"points": "5", "reason": ""}, "This is needed."),
        ("exclude", {"reason": "x" * 501}, "This is too long."),
    ],
)
async def test_a_bad_form_is_422_and_keeps_the_words(
    cast: Cast, desk_of: SignIn, kind: str, sent: dict[str, str], said: str
) -> None:
    answer = await (await desk_of(cast.mara)).post(
        f"{NEW}/{kind}", htmx=True, who=cast.ines.uid, key="k", **sent
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert all(words in answer.text for words in sent.values())
    assert cast.ines.uid in answer.text


async def test_others_than_shown_and_many_at_once_are_asked_again(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    stale = await mara.post(NEW + "/tag", all="1", tag="vip", count="3", key="k")
    assert stale.status_code == 409
    assert "4 people match now; it was 3 when you looked" in stale.text
    assert field(stale.text, "count") == "4"
    await many.customers(1, 500)
    asked = await mara.post(NEW + "/tag", all="1", tag="vip", count="504", key="k")
    assert asked.status_code == 422
    assert "Yes, all 504 people" in asked.text
    assert (
        await mara.post(NEW + "/tag", all="1", tag="vip", count="504", key="k", sure="on")
    ).status_code == 303


async def test_the_selected_are_exported_and_nobody_else(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    picked = (await mara.get("/admin/customers/selection.csv", who=cast.ines.uid)).text.splitlines()
    assert len(picked) == 2
    assert "Ines,Okafor" in picked[1]
    found = (await mara.get("/admin/customers/selection.csv", all="1", filter="type=member")).text
    assert len(found.splitlines()) == 3


async def test_somebody_elses_is_404_and_the_wrong_role_403(cast: Cast, desk_of: SignIn) -> None:
    analyst, mara = await factories.staff(1, "Ana", StaffRole.ANALYST), await desk_of(cast.mara)
    theirs = await starting.start(
        2, Selection(CustomerFilter()), BatchKind.TAG, {"tag": "x"}, by=cast.nils, key="k"
    )
    for address in (f"/admin/batches/{theirs.uid}", f"/admin/batches/{theirs.uid}/people.csv"):
        assert (await mara.get(address)).status_code == 404
    assert (await mara.post(f"/admin/batches/{theirs.uid}/stop")).status_code == 404
    assert (await mara.get(NEW + "/nothing")).status_code == 404
    ana = await desk_of(analyst)
    assert (await ana.get(NEW + "/tag")).status_code == 403
    assert (await ana.post(NEW + "/tag", all="1", tag="vip", key="k")).status_code == 403
    assert "formaction" in (await ana.get("/admin/customers")).text  # to export
    assert (await (await desk_of(cast.theo)).get("/admin/customers/selection.csv")).status_code == 403


async def test_the_picked_go_on_a_new_list_or_one_that_is_there(cast: Cast, desk_of: SignIn) -> None:
    mara, path = await desk_of(cast.mara), NEW + "/list"
    await lists.make(1, "Friends", "rex@example.org", by=cast.mara, key="l")
    form = (await mara.get(path, who=cast.ines.uid)).text
    assert ">Friends</option>" in form
    refused = await mara.post(path, who=cast.ines.uid, name="Friends", count="1", key="k0")
    assert refused.status_code == 422
    assert "There is a segment called Friends already" in refused.text
    answer = await mara.post(path, who=cast.ines.uid, name="Neighbours", count="1", key="k1")
    await Worker().step()
    assert "Add to the list Neighbours" in (await mara.get(answer.headers["location"])).text
    assert "Neighbours" in (await mara.get("/admin/segments")).text
