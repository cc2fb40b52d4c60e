"""Filtering, sorting and taking away the customers list, in Mara's and Theo's browsers."""

from db.engine import insert_many, watched
from tests.cast import Cast
from tests.services import many
from tests.web.admin.conftest import SignIn

LIST = "/admin/customers"


async def tag_ines(cast: Cast) -> None:
    rows = [(cast.programme_id, cast.ines.id, "vip")]
    await insert_many("customer_tags", ("programme_id", "customer_id", "tag"), rows)


async def test_a_filter_narrows_the_list_and_is_a_chip_that_takes_it_away(
    cast: Cast, desk_of: SignIn
) -> None:
    await tag_ines(cast)
    page = (await (await desk_of(cast.theo)).get(LIST, tag="vip", sort="name")).text
    assert "Ines Okafor" in page
    assert "Rex Moreau" not in page
    assert 'aria-label="Remove filter: Tagged vip"' in page
    assert f'href="{LIST}?sort=name" aria-label="Remove filter' in page
    assert 'aria-sort="ascending"' in page


async def test_the_panel_is_part_of_the_form_and_needs_no_script(cast: Cast, desk_of: SignIn) -> None:
    page = (await (await desk_of(cast.theo)).get(LIST, least="5", joined_since="2026-01-02")).text
    form = page[page.index('<form class="filters"') :]
    form = form[: form.index("</form>")]
    for text in ('popovertarget="narrow"', 'name="least" type="number"', 'value="5"', 'value="2026-01-02"'):
        assert text in form


async def test_a_fragment_brings_chips_tabs_and_export_along(cast: Cast, desk_of: SignIn) -> None:
    answer = await (await desk_of(cast.mara)).get(LIST, tag="vip", htmx=True)
    assert "<html" not in answer.text
    assert answer.text.count("hx-swap-oob") == 3
    for id_ in ("export", "tabs", "chips", "rows"):
        assert f'id="{id_}"' in answer.text


async def test_filters_that_nobody_passes_say_so_and_offer_to_clear_them(cast: Cast, desk_of: SignIn) -> None:
    page = (await (await desk_of(cast.mara)).get(LIST, tag="<b>", q="ines")).text
    assert "matches all of these filters and “ines”" in page
    assert f'href="{LIST}?q=ines"' in page
    assert "Tagged &lt;b&gt;" in page


async def test_nonsense_in_the_address_is_ignored(cast: Cast, desk_of: SignIn) -> None:
    answer = await (await desk_of(cast.mara)).get(
        LIST, least="lots", sort="id", tier="x" * 900, joined_since="soon"
    )
    assert answer.status_code == 200


async def test_the_file_is_the_list_that_is_shown(cast: Cast, desk_of: SignIn) -> None:
    await tag_ines(cast)
    mara = await desk_of(cast.mara)
    assert f'href="{LIST}.csv?tag=vip"' in (await mara.get(LIST, tag="vip")).text
    answer = await mara.get(f"{LIST}.csv", tag="vip")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="customers.csv"' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    assert [line.split(",")[0] for line in answer.text.splitlines()] == ["\ufeffFirst name", "Ines"]


async def test_another_merchants_people_are_not_in_the_file(cast: Cast, desk_of: SignIn) -> None:
    nils = await desk_of(cast.nils, cast.other_programme_id)
    answer = await nils.get(f"{LIST}.csv")
    assert "Ada" in answer.text
    assert "Ines" not in answer.text


async def test_the_service_desk_filters_but_does_not_export(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    assert "Export CSV" not in (await theo.get(LIST)).text
    assert (await theo.get(f"{LIST}.csv")).status_code == 403


async def test_a_page_makes_the_same_queries_whatever_the_rows(cast: Cast, desk_of: SignIn) -> None:
    theo, counts = await desk_of(cast.theo), []
    for more in (5, 200):
        await many.customers(cast.programme_id, more)
        with watched() as seen:
            await theo.get(LIST, least="0", joined_since="2020-01-01", q="doe", sort="name")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 14
