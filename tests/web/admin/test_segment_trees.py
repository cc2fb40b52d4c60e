"""Building a segment on screen: parts come and go without saving, a live count, refusals. PRODUCT K4."""

from datetime import timedelta

from loyalty import clock
from loyalty.segments import building, uses
from loyalty.segments.refreshing import refresh
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.desk import field

NEW, POST = "/admin/segments/trees/new", "/admin/segments/trees"
BUYERS = {"key": "k", "name": "Buyers", "r.joins": "all", "r-0.fact": "orders", "r-0.compare": "at_least",
          "r-0.number": "1", "r-0.days": "30"}  # fmt: skip


async def bought(cast: Cast) -> None:
    await factories.order(cast.ines, cast.web.id, 9_000, at=clock.now() - timedelta(days=3))
    await refresh(cast.programme_id)


async def test_a_segment_is_made_and_its_page_reads_it_back(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    assert (await mara.get(NEW)).status_code == 200
    made = await mara.post(POST, **{**BUYERS, "do": "save"})
    assert made.status_code == 303
    shown = (await mara.get(made.headers["location"])).text
    assert "at least 1 order in the last 30 days" in shown
    assert "Version 1" in shown
    there = f"{made.headers['location']}/tree"
    assert 'value="Buyers"' in (await mara.get(there)).text
    changed = await mara.post(
        there, **{**BUYERS, "key": "k2", "r-0.number": "2", "version": "1", "do": "save"}
    )
    assert changed.status_code == 303
    stale = await mara.post(there, **{**BUYERS, "key": "k3", "r-0.number": "3", "version": "1", "do": "save"})
    assert stale.status_code == 409
    assert "What Mara saved meanwhile" in stale.text
    assert "at least 2 orders in the last 30 days" in stale.text
    assert field(stale.text, "r-0.number") == "3"
    dated = {"r-0.when": "dates", "r-0.first": "2026-01-01", "r-0.last": "2026-03-31", "r-1.fact": "joined_on",
             "r-1.first": "2025-12-01"}  # fmt: skip
    both = {**BUYERS, **dated, "key": "k4", "version": field(stale.text, "version"), "do": "save"}
    assert (await mara.post(there, **both)).status_code == 303
    shown = (await mara.get(made.headers["location"])).text
    assert "at least 1 order from 1 January 2026 to 31 March 2026" in shown
    assert "joined since 1 December 2025" in shown
    assert "at least 2 orders in the last 30 days" in shown
    editor = (await mara.get(there)).text
    assert field(editor, "r-0.first") == "2026-01-01"
    assert 'value="dates" selected' in editor


async def test_parts_come_and_go_without_saving(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    grown = (await mara.post(POST, **{**BUYERS, "do": "group:r"})).text
    assert 'name="r-1-0.fact"' in grown
    added = (await mara.post(POST, **{**BUYERS, "do": "add:r"})).text
    assert 'name="r-1.fact"' in added
    dropped = (await mara.post(POST, **{**BUYERS, "do": "drop:r-0"})).text
    assert 'name="r-0.fact"' not in dropped
    assert "An empty group says nothing" in dropped
    assert not await uses.uses(cast.programme_id)


async def test_the_preview_counts_and_shows_people_and_has_no_shell(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    await bought(cast)
    seen = (await mara.post(f"{POST}/preview", htmx=True, **BUYERS)).text
    assert "Ines Okafor" in seen
    assert "<html" not in seen
    nobody = {**BUYERS, "r-1.fact": "orders", "r-1.compare": "at_most", "r-1.number": "0", "r-1.days": "30"}
    assert "Nobody can fit both" in (await mara.post(f"{POST}/preview", htmx=True, **nobody)).text


async def test_what_cannot_be_saved_keeps_the_words(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    unnamed = await mara.post(POST, **{**BUYERS, "name": "", "do": "save"})
    assert unnamed.status_code == 422
    assert "Give it a name" in unnamed.text
    wrong = await mara.post(POST, **{**BUYERS, "r-0.number": "some", "do": "save"})
    assert wrong.status_code == 422
    assert 'value="some"' in wrong.text
    assert "Enter a whole number." in wrong.text


async def test_only_who_may_builds_and_only_their_own(cast: Cast, desk_of: SignIn) -> None:
    theo, nils = await desk_of(cast.theo), await desk_of(cast.nils, cast.other_programme_id)
    assert (await theo.get(NEW)).status_code == 403
    tree = {"fact": "orders", "at_least": 1}
    made = await building.make(cast.programme_id, "Ours", tree, by=cast.mara, key="k")
    assert (await nils.get(f"/admin/segments/{made.segment.uid}/tree")).status_code == 404
