"""Activities → Referrals and the tab of a customer's page."""

from collections.abc import AsyncIterator, Awaitable
from typing import Any

import httpx
import pytest

from db.engine import watched
from db.enums import StaffRole
from loyalty import clock
from loyalty.referrals.clicking import click
from tests import factories
from tests.cast import Cast
from tests.referring import MARKS, NOW, completed, invite, with_coupon
from tests.web.admin.conftest import SignIn

LIST = "/admin/activities/referrals"
MOST_QUERIES = 12
"""Of the list, however many rows; the session and what waits are among them."""


@pytest.fixture(autouse=True)
async def on_a_monday() -> AsyncIterator[None]:
    with clock.at(NOW):
        yield


async def test_a_row_names_both_people_and_what_became_of_it(cast: Cast, desk_of: SignIn) -> None:
    await completed(cast)
    await invite(cast, "gil@example.org", name="Gil")
    page = (await (await desk_of(cast.mara)).get(LIST)).text
    for text in ("Ines Okafor", "Finn Aalto", "Gil", "+300", "open until", "Export CSV"):
        assert text in page
    assert f"/admin/customers/{cast.ines.uid}" in page
    assert page.count(">Cancel<") == 2


async def test_a_fragment_brings_pills_export_and_days_along(cast: Cast, desk_of: SignIn) -> None:
    answer = await (await desk_of(cast.mara)).get(LIST, htmx=True, span="custom")
    assert "<html" not in answer.text
    assert answer.text.count("hx-swap-oob") == 3
    assert 'type="date"' in answer.text


async def test_the_filter_narrows_the_list_and_the_csv_alike(cast: Cast, desk_of: SignIn) -> None:
    await completed(cast)
    await invite(cast, "gil@example.org", name="Gil")
    mara = await desk_of(cast.mara)
    page = (await mara.get(LIST, kind="completed", q="finn")).text
    assert "Gil" not in page
    assert f"{LIST}.csv?q=finn&amp;kind=completed" in page
    answer = await mara.get(f"{LIST}.csv", kind="completed", q="finn")
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    assert [line.split(",")[1] for line in answer.text.splitlines()[1:]] == ["completed"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "None in the last 30 days"),
        ({"span": "all"}, "Every member has a link"),
        ({"kind": "flagged"}, "Nothing waits for you"),
        ({"q": "<b>zz"}, "Nobody here matches “&lt;b&gt;zz”"),
    ],
)
async def test_nothing_to_show_says_why(
    cast: Cast, desk_of: SignIn, asked: dict[str, Any], said: str
) -> None:
    assert said in (await (await desk_of(cast.mara)).get(LIST, **asked)).text


async def test_what_is_flagged_shows_its_evidence(cast: Cast, desk_of: SignIn) -> None:
    await with_coupon()
    await invite(cast, "ines+friend@example.org")
    page = (await (await desk_of(cast.mara)).get(LIST, kind="flagged")).text
    assert "Both e-mail addresses reach the same mailbox." in page
    assert "Let through" in page
    # Deciding about fraud isn't the service desk's.
    assert "Let through" not in (await (await desk_of(cast.theo)).get(LIST, kind="flagged")).text


async def test_a_damaged_page_link_is_422_and_another_shop_sees_nothing(cast: Cast, desk_of: SignIn) -> None:
    await completed(cast)
    assert (await (await desk_of(cast.mara)).get(LIST, at="nonsense")).status_code == 422
    nils = await desk_of(cast.nils, cast.other_programme_id)
    assert "Finn" not in (await nils.get(LIST, span="all")).text
    assert (await nils.get(f"/admin/customers/{cast.ines.uid}", tab="referrals")).status_code == 404


async def test_the_service_desk_reads_but_does_not_export(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    assert "Export CSV" not in (await theo.get(LIST)).text
    assert (await theo.get(f"{LIST}.csv")).status_code == 403


async def test_who_only_reads_is_offered_no_cancelling(cast: Cast, desk_of: SignIn) -> None:
    await completed(cast)
    ana = await factories.staff(1, "Ana", StaffRole.ANALYST)
    page = (await (await desk_of(ana)).get(LIST)).text
    assert "Finn Aalto" in page
    assert "cancellation/new" not in page


async def test_a_full_page_costs_no_more_queries_than_an_empty_one(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    empty = await queries_of(mara.get(LIST))
    await completed(cast)
    for _ in range(20):
        await click(1, cast.ines.referral_code, signals=MARKS)
    full = await queries_of(mara.get(LIST))
    assert full == empty <= MOST_QUERIES


async def test_a_customers_page_lists_whom_they_invited(cast: Cast, desk_of: SignIn) -> None:
    await completed(cast)
    mara = await desk_of(cast.mara)
    page = (await mara.get(f"/admin/customers/{cast.ines.uid}", tab="referrals")).text
    assert f"/r/{cast.ines.referral_code}" in page
    assert "1 came, 0 may still come" in page
    assert "Finn Aalto" in page
    part = (await mara.get(f"/admin/customers/{cast.olu.uid}", htmx=True, tab="referrals")).text
    assert "Only members have a link" in part
    assert "<html" not in part


async def queries_of(asked: Awaitable[httpx.Response]) -> int:
    with watched() as seen:
        assert (await asked).status_code == 200
    return len(seen)
