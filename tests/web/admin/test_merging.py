"""Merge two records of one person in the admin. PRODUCT B6."""

import re

import pytest

from db.engine import run, value, watched
from db.enums import StaffRole
from tests import factories
from tests.cast import Cast
from tests.factories import Person
from tests.web.admin.conftest import SignIn
from tests.web.desk import field


@pytest.fixture
async def other(cast: Cast) -> Person:
    """A second record of Ines, with 40 points."""
    return await factories.customer(1, "Ines Okafor", email="ines@work.example", points=40)


def new(person: Person) -> str:
    return f"/admin/customers/{person.uid}/merging/new"


async def test_the_other_record_is_found_by_the_same_name_or_a_search(
    cast: Cast, desk_of: SignIn, other: Person
) -> None:
    theo = await desk_of(cast.theo)
    assert "Merge with another record" in (await theo.get(f"/admin/customers/{cast.ines.uid}")).text
    with watched() as asked:
        page = (await theo.get(new(cast.ines))).text
    assert len(asked) <= 9
    assert "With the same name:" in page
    assert f"other={other.uid}" in page
    found = await theo.get(new(cast.ines), htmx=True, q="rex")
    assert "<html" not in found.text
    assert "Rex Moreau" in found.text
    assert "Nobody matches" in (await theo.get(new(cast.ines), q="nobody at all")).text


async def test_the_preview_says_what_goes_and_merging_is_undone_from_the_toast(
    cast: Cast, desk_of: SignIn, other: Person
) -> None:
    theo = await desk_of(cast.theo)
    with watched() as asked:
        page = (await theo.get(new(cast.ines), other=other.uid)).text
    assert len(asked) <= 40
    assert "Available afterwards" in page
    assert re.search(r"<dd>40</dd>", page)
    assert 'value="gone"' in page
    sent = {"other": other.uid, "key": field(page, "key"), "email": "gone"}
    for _ in range(2):
        answer = await theo.post(f"/admin/customers/{cast.ines.uid}/merging", **sent)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/admin/customers/{cast.ines.uid}")
    assert await value("SELECT count(*) FROM merges WHERE programme_id = 1") == 1
    profile = (await theo.get(answer.headers["location"])).text
    assert "Two records of Ines Okafor are one now" in profile
    assert "ines@work.example" in profile
    gone = await theo.get(f"/admin/customers/{other.uid}")
    assert (gone.status_code, gone.headers["location"]) == (303, f"/admin/customers/{cast.ines.uid}")
    assert other.uid not in (await theo.get("/admin/customers")).text
    undo = re.search(r"/admin/actions/[^/]+/reversal", profile)
    assert undo is not None
    await theo.post(undo[0])
    assert "two again" in await theo.said()
    assert (await theo.get(f"/admin/customers/{other.uid}")).status_code == 200


async def test_who_can_not_be_merged_is_told_why(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    page = (await theo.get(new(cast.ines), other=cast.pia.uid)).text
    assert "Let Pia Lind join first" in page
    assert "<h2>What happens</h2>" not in page
    answer = await theo.post(f"/admin/customers/{cast.ines.uid}/merging", other=cast.pia.uid, key="k")
    assert answer.status_code == 422
    assert "Let Pia Lind join first" in answer.text


async def test_too_long_a_reason_is_422_and_keeps_the_words_and_choices(
    cast: Cast, desk_of: SignIn, other: Person
) -> None:
    answer = await (await desk_of(cast.theo)).post(
        f"/admin/customers/{cast.ines.uid}/merging", other=other.uid, key="k", reason="x" * 501, email="gone"
    )
    assert answer.status_code == 422
    assert "This is too long." in answer.text
    assert "x" * 501 in answer.text
    assert re.search(r'id="email-gone"[^>]* checked', answer.text)


async def test_a_duplicate_address_in_an_edit_offers_the_merge(
    cast: Cast, desk_of: SignIn, other: Person
) -> None:
    theo, here = await desk_of(cast.theo), f"/admin/customers/{cast.ines.uid}/edits/email"
    version = field((await theo.get(here)).text, "version")
    answer = await theo.post(here, htmx=True, email="ines@work.example", version=version, key="k")
    assert answer.status_code == 409
    assert f"/admin/customers/{cast.ines.uid}/merging/new?other={other.uid}" in answer.text


async def test_the_address_of_a_merged_record_is_ones_own(cast: Cast, desk_of: SignIn, other: Person) -> None:
    theo, here = await desk_of(cast.theo), f"/admin/customers/{cast.ines.uid}/edits/email"
    await theo.post(f"/admin/customers/{cast.ines.uid}/merging", other=other.uid, key="k")
    version = field((await theo.get(here)).text, "version")
    assert (await theo.post(here, email="ines@work.example", version=version, key="k")).status_code == 303


async def test_somebody_elses_is_404_and_the_wrong_role_403(
    cast: Cast, desk_of: SignIn, other: Person
) -> None:
    theo, path = await desk_of(cast.theo), f"/admin/customers/{cast.ines.uid}/merging"
    assert (await theo.get(new(cast.ada))).status_code == 404
    assert (await theo.get(new(cast.ines), other=cast.ada.uid)).status_code == 404
    assert (await theo.post(path, other=cast.ada.uid, key="k")).status_code == 404
    ana = await desk_of(await factories.staff(1, "Ana", StaffRole.ANALYST))
    assert (await ana.get(new(cast.ines))).status_code == 403
    assert (await ana.post(path, other=other.uid, key="k")).status_code == 403


async def test_the_box_in_the_top_bar_opens_the_one_thing_that_was_meant(cast: Cast, desk_of: SignIn) -> None:
    order = await factories.order(cast.rex, cast.web.id, 1_000)
    name = await value("SELECT name FROM orders WHERE programme_id = 1 AND id = {}", order.id)
    await run("UPDATE orders SET name = '#B-17' WHERE programme_id = 1 AND id = {}", order.id)
    theo = await desk_of(cast.theo)
    ines, rex = f"/admin/customers/{cast.ines.uid}", f"/admin/customers/{cast.rex.uid}"
    card = await value("SELECT card_number FROM customers WHERE programme_id = 1 AND id = {}", cast.ines.id)
    for q, path in (
        ("Okafor, Ines", ines),
        ("ines@example.org", ines),
        (cast.ines.referral_code, ines),
        (card, ines),
        ("#B-17", rex + "?tab=orders"),
        ("b-17".upper(), rex + "?tab=orders"),
    ):
        with watched() as asked:
            answer = await theo.get("/admin/search", q=q)
        assert (answer.status_code, answer.headers.get("location")) == (303, path), q
        assert len(asked) <= 10, q
    assert name != "#B-17"
    several = (await theo.get("/admin/search", q="example.org")).text
    assert "Ines Okafor" in several
    assert "Rex Moreau" in several
    assert "Ada Brandt" not in several
    for q in ("nothing like it", "", "%", "a" * 300):
        empty = await theo.get("/admin/search", q=q)
        assert (empty.status_code, "Search takes a name in any order" in empty.text) == (200, True), q
