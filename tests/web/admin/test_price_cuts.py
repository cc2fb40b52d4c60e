"""Price cuts at the desk. PRODUCT E4."""

from typing import Any

import pytest

from db.engine import rows
from tests import factories
from tests.cast import Cast
from tests.factories import Made
from tests.web.admin.conftest import SignIn
from tests.web.desk import toast

TYPED: dict[str, Any] = {"how": "percent", "percent": "30", "until": "2099-12-31", "key": "k1"}


@pytest.fixture
async def mug(cast: Cast) -> Made:
    return await factories.reward(1, "Mug")


def path(mug: Made, rest: str = "") -> str:
    return f"/admin/rewards/{mug.uid}/price-cuts{rest}"


async def test_the_preview_says_both_prices_and_who_would_reach_it(
    cast: Cast, desk_of: SignIn, mug: Made
) -> None:
    await factories.give(cast.ines, 400)
    mara = await desk_of(cast.mara)
    answer = await mara.get(path(mug, "/preview"), htmx=True, how="percent", percent="30", until="2099-12-31")
    assert "<html" not in answer.text
    assert "Listed price<b>500</b>" in answer.text
    assert "While it runs<b>350</b>" in answer.text
    assert "1 member has a balance" in answer.text
    dear = await mara.get(path(mug, "/preview"), htmx=True, new_points="600", until="2099-12-31")
    assert "less than the 500 it costs" in dear.text
    assert "<b>–</b>" in (await mara.get(path(mug, "/preview"), htmx=True, percent="30")).text


async def test_a_cut_shows_was_and_now_wherever_the_price_shows_and_ends_early(
    cast: Cast, desk_of: SignIn, mug: Made
) -> None:
    await factories.give(cast.ines, 400)
    mara, here = await desk_of(cast.mara), f"/admin/rewards/{mug.uid}"
    made = await mara.post(path(mug), htmx=True, at=here, **TYPED)
    assert toast(made)["sentence"] == "Mug costs 350 instead of 500 until 31 December 2099"
    shelf = await mara.get(f"/admin/customers/{cast.ines.uid}/redemptions/new")
    for page in (shelf, await mara.get("/admin/rewards"), await mara.get(here)):
        assert "was </span>500</s>" in page.text
        assert "now </span>350</b>" in page.text
    assert f'value="{mug.uid}:350"' in shelf.text
    cut = (await rows("SELECT uid FROM price_cuts WHERE programme_id = 1"))[0]["uid"]
    ended = await mara.post(path(mug, f"/{cut}/ending"), htmx=True, at=here)
    assert toast(ended)["sentence"] == "The price cut of Mug has been ended"
    assert "was </span>" not in (await mara.get("/admin/rewards")).text
    again = await mara.post(path(mug, f"/{cut}/ending"), htmx=True, at=here)
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"percent": ""}, "Say how many percent are off, or the new price."),
        ({"percent": "0"}, "1 to 100 percent"),
        ({"percent": "half"}, "Enter a whole number."),
        ({"percent": "", "new_points": "500"}, "less than the 500 it costs"),
        ({"until": ""}, "This is needed."),
        ({"until": "2020-01-01"}, "over"),
        ({"since": "2020-01-01"}, "leave it empty to begin at once"),
    ],
)
async def test_a_bad_cut_is_422_and_keeps_the_words(
    cast: Cast, desk_of: SignIn, mug: Made, typed: dict[str, str], sentence: str
) -> None:
    sent = {**TYPED, **typed}
    answer = await (await desk_of(cast.mara)).post(path(mug), **sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{sent["until"]}"' in answer.text
    assert await rows("SELECT id FROM price_cuts WHERE programme_id = 1") == []


async def test_without_htmx_it_redirects_and_a_fragment_has_no_shell(
    cast: Cast, desk_of: SignIn, mug: Made
) -> None:
    mara = await desk_of(cast.mara)
    form = await mara.get(path(mug, "/new"), htmx=True)
    assert "<html" not in form.text
    assert 'id="dialog-title"' in form.text
    assert (await mara.post(path(mug), **TYPED)).headers["location"] == f"/admin/rewards/{mug.uid}"


async def test_strangers_and_who_may_not_edit(cast: Cast, desk_of: SignIn, mug: Made) -> None:
    nils = await desk_of(cast.nils, cast.other_programme_id)
    assert (await nils.get(path(mug, "/preview"), percent="3", until="2099-01-01")).status_code == 404
    assert (await nils.post(path(mug), **TYPED)).status_code == 404
    theo = await desk_of(cast.theo)
    assert (await theo.get(path(mug, "/new"))).status_code == 403
    assert (await theo.post(path(mug), **TYPED)).status_code == 403
