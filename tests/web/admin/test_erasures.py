"""Erase a person for good: asked for in the portal, seen on Home, done by a manager. PRODUCT O4."""

from datetime import timedelta

import pytest

from db.engine import one, run, value, watched
from db.paging import PAGE_SIZE
from loyalty import clock, undo
from loyalty.errors import NotAllowed
from loyalty.members import data
from loyalty.merging.merging import merge
from tests import factories
from tests.cast import Cast
from tests.factories import Person
from tests.web.admin.conftest import SignIn
from tests.web.desk import onwards, toast

ASKS = "<b>1</b> person asks to be erased"
STAYS_OUT = "This person was erased and stays out of the programme."


def erasure(person: Person) -> str:
    return f"/admin/customers/{person.uid}/erasure"


async def is_erased(person: Person) -> bool:
    at = await value("SELECT erased_at FROM customers WHERE programme_id = 1 AND id = {}", person.id)
    return at is not None


async def test_who_asks_is_on_home_and_in_the_list_until_it_is_done(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    assert "Nobody asks to be erased" in (await mara.get("/admin/erasures")).text
    for _ in range(2):
        await data.ask_erasure(1, cast.ines.id, by=cast.mara)
    assert ASKS in (await mara.get("/admin")).text
    with watched() as asked:
        page = (await mara.get("/admin/erasures")).text
    assert 'aria-label="Erase Ines Okafor"' in page
    assert len(asked) <= 8
    await mara.post(erasure(cast.ines), sure="on", key="k1")
    assert ASKS not in (await mara.get("/admin")).text
    assert "Nobody asks to be erased" in (await mara.get("/admin/erasures")).text


async def test_the_form_says_what_it_means_and_the_books_still_add_up(cast: Cast, desk_of: SignIn) -> None:
    await factories.give(cast.ines, 500)
    mara = await desk_of(cast.mara)
    fragment = (await mara.get(erasure(cast.ines) + "/new", htmx=True)).text
    assert "<html" not in fragment
    assert "their 500 points can’t be spent any more" in fragment
    answer = await mara.post(erasure(cast.ines), htmx=True, reason="Asked by mail", sure="on", key="k1")
    assert toast(answer)["sentence"] == "The customer was erased"
    assert "undo" not in toast(answer) or not toast(answer)["undo"]
    row = await one(
        "SELECT first_name, email FROM customers WHERE programme_id = 1 AND id = {}", cast.ines.id
    )
    assert row is not None
    assert not row["email"]
    assert "Okafor" not in (await mara.get(f"/admin/customers/{cast.ines.uid}")).text
    sums = "SELECT sum(points) FROM ledger_entries WHERE programme_id = 1 AND customer_id = {}"
    assert await value(sums, cast.ines.id) == 500


async def test_without_the_tick_nothing_happens_and_the_words_stay(cast: Cast, desk_of: SignIn) -> None:
    answer = await (await desk_of(cast.mara)).post(erasure(cast.ines), reason="Asked by mail", key="k1")
    assert answer.status_code == 422
    assert "Tick this to erase: nothing brings it back." in answer.text
    assert "Asked by mail" in answer.text
    assert not await is_erased(cast.ines)


async def test_it_works_without_htmx_and_a_double_click_erases_once(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    for _ in range(2):
        answer = await mara.post(erasure(cast.ines), sure="on", key="k1")
        assert answer.status_code == 303
    assert "The customer was erased" in await mara.said()
    count = "SELECT count(*) FROM actions WHERE programme_id = 1 AND verb = 'customer.erased'"
    assert await value(count) == 1


async def test_somebody_elses_is_404_and_the_desk_may_not(cast: Cast, desk_of: SignIn) -> None:
    mara, theo = await desk_of(cast.mara), await desk_of(cast.theo)
    assert (await mara.get(erasure(cast.ada) + "/new")).status_code == 404
    assert (await mara.post(erasure(cast.ada), sure="on", key="k1")).status_code == 404
    assert (await theo.get(erasure(cast.ines) + "/new")).status_code == 403
    assert (await theo.post(erasure(cast.ines), sure="on", key="k1")).status_code == 403
    assert (await theo.get("/admin/erasures")).status_code == 403
    await data.ask_erasure(1, cast.ines.id, by=cast.mara)
    assert ASKS not in (await theo.get("/admin")).text
    assert "Erase for good" not in (await theo.get(f"/admin/customers/{cast.ines.uid}")).text


async def test_an_erased_customers_page_says_so_and_offers_nothing_that_cant_be_done(
    cast: Cast, desk_of: SignIn
) -> None:
    mara = await desk_of(cast.mara)
    await mara.post(erasure(cast.ines), sure="on", key="k1")
    here = f"/admin/customers/{cast.ines.uid}"
    page = (await mara.get(here)).text
    assert '<h1 class="wrap">Erased customer</h1>' in page
    assert ">Erased</span>" in page
    assert "Explain this balance" in page
    for refused in ("Join program", "Erase for good", "Merge with another record"):
        assert refused not in page
    joining = await mara.get(f"{here}/joining/new", htmx=True)
    assert (joining.status_code, toast(joining)["sentence"]) == (403, STAYS_OUT)
    answer = await mara.post(f"{here}/joining", key="k2", htmx=True)
    assert (answer.status_code, toast(answer)["sentence"]) == (403, STAYS_OUT)
    left = await value("SELECT uid FROM actions WHERE programme_id = 1 AND verb = 'customer.excluded'")
    with pytest.raises(NotAllowed, match="stays out"):
        await undo.undo(1, left, by=cast.mara)


async def test_pending_points_are_told_apart_from_those_that_could_be_spent(
    cast: Cast, desk_of: SignIn
) -> None:
    await factories.give(cast.ines, 500)
    await factories.give(cast.ines, 200)
    await run(
        "UPDATE lots SET available_at = {} WHERE programme_id = 1 AND customer_id = {} AND points = 200",
        clock.now() + timedelta(days=14),
        cast.ines.id,
    )
    form = (await (await desk_of(cast.mara)).get(erasure(cast.ines) + "/new")).text
    assert "their 500 points can’t be spent any more; 200 that are still pending never can be" in form


async def test_a_request_lives_on_in_the_record_that_is_kept_and_is_listed_once(
    cast: Cast, desk_of: SignIn
) -> None:
    twin = await factories.customer(1, "Ines Okafor", email="ines@work.example")
    await data.ask_erasure(1, twin.id, by=cast.mara)
    await data.ask_erasure(1, cast.ines.id, by=cast.mara)
    await merge(1, cast.ines.uid, twin.uid, by=cast.mara, key="k1")
    mara = await desk_of(cast.mara)
    assert (await mara.get("/admin/erasures")).text.count('aria-label="Erase Ines Okafor"') == 1
    assert ASKS in (await mara.get("/admin")).text
    assert await data.erasure_asked(1, cast.ines.id)


async def test_the_list_has_pages(cast: Cast, desk_of: SignIn) -> None:
    for number in range(PAGE_SIZE + 1):
        person = await factories.customer(1, f"Kim {number}", email=f"kim{number}@example.org")
        await data.ask_erasure(1, person.id, by=cast.mara)
    mara = await desk_of(cast.mara)
    first = (await mara.get("/admin/erasures")).text
    assert "Erase Kim 0" in first
    last = f"Erase Kim {PAGE_SIZE}"
    assert last not in first
    second = (await mara.get(onwards(first))).text
    assert last in second
    assert 'rel="prev"' in second
    assert (await mara.get("/admin/erasures?at=x")).status_code == 422
