"""The first page: what needs somebody, figures that lead to their rows, the chart. PRODUCT O6."""

from datetime import timedelta

import pytest

from db.engine import watched
from db.enums import EarningTrigger, StaffRole
from loyalty import clock
from loyalty.reviews import deciding
from tests import factories
from tests.cast import Cast
from tests.factories import START
from tests.web.admin.conftest import SignIn

DAY = timedelta(days=1)
NOW = START + timedelta(hours=1)


async def test_home_says_what_waits_and_what_it_leads_to(cast: Cast, desk_of: SignIn) -> None:
    await factories.review(cast.ines)
    with clock.at(NOW):
        page = (await (await desk_of(cast.mara)).get("/admin")).text
    assert "<b>1</b> review waits for a decision" in page
    assert 'href="/admin/reviews"' in page
    assert 'href="/admin/activities/points?kind=earned"' in page
    assert page.count('aria-current="page"') >= 2


async def test_what_waits_is_counted_beside_a_form_that_is_refused_too(cast: Cast, desk_of: SignIn) -> None:
    await factories.review(cast.ines)
    refused = await (await desk_of(cast.mara)).post("/admin/stores", name="")
    assert refused.status_code == 422
    assert '1<span class="sr"> waiting</span>' in refused.text


async def test_home_of_a_quiet_shop_is_calm(cast: Cast, desk_of: SignIn) -> None:
    page = (await (await desk_of(cast.mara)).get("/admin")).text
    assert "Nothing waits for you." in page
    assert "nothing to measure yet" in page


async def test_the_objective_is_measured_by_who_came_back(cast: Cast, desk_of: SignIn) -> None:
    for person, days in ((cast.ines, 60), (cast.ines, 2), (cast.rex, 3)):
        await factories.order(person, cast.web.id, 1_000, at=START - days * DAY)
    with clock.at(NOW):
        page = (await (await desk_of(cast.mara)).get("/admin")).text
    assert "50%</a>" in page
    assert "1 of 2 customers who bought in the last 30 days had bought before." in page


@pytest.mark.parametrize("by", ["week", "month"])
async def test_the_chart_comes_alone_for_htmx(cast: Cast, desk_of: SignIn, by: str) -> None:
    desk = await desk_of(cast.mara)
    answer = await desk.get("/admin", htmx=True, by=by)
    assert "<html" not in answer.text
    assert answer.text.count("<tr>") == 14
    assert (await desk.get("/admin", by="century")).status_code == 200


async def test_on_a_monday_morning_no_line_falls_to_the_week_that_has_just_begun(
    cast: Cast, desk_of: SignIn
) -> None:
    await factories.earning_rule(1, EarningTrigger.REVIEW, 50)
    with clock.at(START + 6 * DAY):
        review = await factories.review(cast.ines)
        await deciding.approve(1, review.uid, by=cast.theo, key="sunday")
    with clock.at(START + 7 * DAY):
        page = (await (await desk_of(cast.mara)).get("/admin", htmx=True)).text
    assert 'L916,200L1008,75"' in page
    assert 'class="dot l1" d="M1100,200h0"' in page
    assert "2026 so far</th>" in page
    assert "since=2026-03-09&amp;until=2026-03-09" in page


async def test_the_desk_sees_no_failed_work(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    assert (await theo.get("/admin")).status_code == 200
    for path in ("/admin/jobs", "/admin/events"):
        assert (await theo.get(path)).status_code == 403


async def test_home_takes_at_most_ten_queries(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(await factories.staff(1, "Ada", StaffRole.READ_ONLY))
    for number in range(8):
        await factories.customer(1, f"Person{number} Berg", points=10)
    with watched() as seen:
        assert (await desk.get("/admin")).status_code == 200
    assert len(seen) <= 10
