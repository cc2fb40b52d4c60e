"""Settings → Audit log. PRODUCT O1."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.engine import value, watched
from db.enums import StaffRole
from loyalty import clock, staff
from loyalty.ledger.adjusting import adjust
from tests import factories
from tests.cast import Cast
from tests.factories import START
from tests.web.admin.conftest import SignIn
from tests.web.desk import onwards, toast

LOG = "/admin/audit"


@pytest.fixture(autouse=True)
async def on_a_monday() -> AsyncIterator[None]:
    with clock.at(START + timedelta(days=60)):
        yield


@pytest.fixture
async def deeds(cast: Cast) -> None:
    """Forty days ago Mara gave Ines 5; today Theo gave her 50, and Mara made him manager."""
    with clock.at(START + timedelta(days=20)):
        await adjust(1, cast.ines.id, 5, by=cast.mara, reason="Long ago", key="old")
    await adjust(1, cast.ines.id, 50, by=cast.theo, reason="=SUM(A1)", key="new")
    uid = str(await value("SELECT uid FROM staff WHERE programme_id = 1 AND name = 'Theo'"))
    await staff.change_role(1, uid, StaffRole.MANAGER, by=cast.mara)


async def test_the_last_30_days_are_shown_with_before_and_after(
    cast: Cast, desk_of: SignIn, deeds: None
) -> None:
    page = (await (await desk_of(cast.mara)).get(LOG)).text
    for text in ("Ines Okafor", "=SUM(A1)", "Theo is now manager", "service", "staff.role_changed"):
        assert text in page
    assert "Long ago" not in page


async def test_filters_narrow_by_who_and_what_and_when(cast: Cast, desk_of: SignIn, deeds: None) -> None:
    desk = await desk_of(cast.mara)
    mara = str(await value("SELECT uid FROM staff WHERE programme_id = 1 AND name = 'Mara'"))
    everything = (await desk.get(LOG, span="all")).text
    assert "Long ago" in everything
    hers = (await desk.get(LOG, span="all", by=mara, about="points", htmx=True)).text
    assert "<html" not in hers
    assert "Long ago" in hers
    assert "=SUM(A1)" not in hers
    assert "None in the last 30 days" in (await desk.get(LOG, by="api")).text
    odd = f"{LOG}?span=custom&since=nonsense&until=2019-01-01&about=unknown"
    assert (await desk.get(odd)).status_code == 200


async def test_what_can_be_undone_is_undone_from_here_once(cast: Cast, desk_of: SignIn, deeds: None) -> None:
    desk = await desk_of(cast.mara)
    action = await value("SELECT uid FROM actions WHERE programme_id = 1 AND reason = '=SUM(A1)'")
    path = f"/admin/actions/{action}/reversal"
    assert path in (await desk.get(LOG)).text
    assert "Ines Okafor" in toast(await desk.post(path, htmx=True, at=LOG))["sentence"]
    page = (await desk.get(LOG)).text
    assert path not in page
    assert 'class="undone"' in page


async def test_the_csv_is_what_is_shown_and_holds_no_formula(
    cast: Cast, desk_of: SignIn, deeds: None
) -> None:
    desk = await desk_of(cast.mara)
    answer = await desk.get(f"{LOG}.csv", about="points")
    assert answer.headers["cache-control"] == "no-store"
    lines = answer.text.strip().splitlines()
    assert len(lines) == 2
    assert "'=SUM(A1)" in lines[1]
    assert "Ines Okafor" in lines[1]


async def test_pages_follow_each_other_without_gaps_and_take_few_queries(cast: Cast, desk_of: SignIn) -> None:
    for number in range(60):
        await adjust(1, cast.ines.id, 1, by=cast.mara, reason=f"number {number:02}", key=str(number))
    desk = await desk_of(cast.mara)
    with watched() as asked:
        first = (await desk.get(LOG)).text
    assert len(asked) <= 8
    second = (await desk.get(onwards(first))).text
    for number in range(60):
        assert (f"number {number:02}" in first) != (f"number {number:02}" in second), number
    assert (await desk.get(LOG, at="damaged")).status_code == 422


async def test_another_programmes_log_is_its_own(cast: Cast, desk_of: SignIn, deeds: None) -> None:
    nils = await desk_of(cast.nils, cast.other_programme_id)
    page = (await nils.get(LOG, span="all")).text
    assert "Ines" not in page
    assert "Theo" not in page


async def test_the_desk_and_analysts_do_not_read_it(cast: Cast, desk_of: SignIn) -> None:
    for who in (cast.theo, await factories.staff(1, "Ada", StaffRole.ANALYST)):
        desk = await desk_of(who)
        for path in (LOG, f"{LOG}.csv"):
            assert (await desk.get(path)).status_code == 403
