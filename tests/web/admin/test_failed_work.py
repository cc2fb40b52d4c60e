"""Failed deliveries and jobs: listed, tried again by owners and managers, never by their integer id."""

from db.engine import value
from tests.cast import Cast
from tests.failures import dead_event, dead_job
from tests.web.admin.conftest import SignIn
from tests.web.desk import toast


async def test_a_failed_delivery_is_tried_again(cast: Cast, desk_of: SignIn) -> None:
    ref, desk = await dead_event(cast.web.id), await desk_of(cast.mara)
    page = (await desk.get("/admin/events")).text
    assert "The order has no total." in page
    assert "<b>1</b> delivery could not be applied" in (await desk.get("/admin")).text
    answer = await desk.post(f"/admin/events/{ref}/attempt", htmx=True, at="/admin/events")
    assert toast(answer)["sentence"] == "The delivery d-1 is being tried again."
    assert await value("SELECT state FROM inbound_events WHERE programme_id = 1") == "new"
    assert "Nothing failed" in (await desk.get("/admin/events")).text
    assert (await desk.post(f"/admin/events/{ref}/attempt")).status_code == 404


async def test_a_failed_job_is_tried_again_without_htmx(cast: Cast, desk_of: SignIn) -> None:
    ref, desk = await dead_job(), await desk_of(cast.mara)
    page = (await desk.get("/admin/jobs")).text
    for text in ("Tidying up", "The disk is full.", "tried 8 times"):
        assert text in page
    answer = await desk.post(f"/admin/jobs/{ref}/attempt")
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/jobs")
    assert "being tried again" in await desk.said()
    assert await value("SELECT state FROM jobs WHERE programme_id = 1") == "ready"
    assert (await desk.post(f"/admin/jobs/{ref}/attempt")).status_code == 404


async def test_somebody_elses_failed_work_is_404(cast: Cast, desk_of: SignIn) -> None:
    event, job = await dead_event(cast.web.id), await dead_job()
    nils = await desk_of(cast.nils, cast.other_programme_id)
    assert "d-1" not in (await nils.get("/admin/events")).text
    assert (await nils.post(f"/admin/events/{event}/attempt")).status_code == 404
    assert (await nils.post(f"/admin/jobs/{job}/attempt")).status_code == 404


async def test_the_service_desk_may_not_try_again(cast: Cast, desk_of: SignIn) -> None:
    event, job, desk = await dead_event(cast.web.id), await dead_job(), await desk_of(cast.theo)
    assert (await desk.post(f"/admin/events/{event}/attempt")).status_code == 403
    assert (await desk.post(f"/admin/jobs/{job}/attempt")).status_code == 403
    assert "could not be applied" not in (await desk.get("/admin")).text
