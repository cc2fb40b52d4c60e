"""Granting and withdrawing one-shot multipliers on a customer's page. PRODUCT I3."""

import re

import pytest

from db.engine import rows, watched
from db.enums import StaffRole
from loyalty.products.receiving import receive
from loyalty.rules.products import IncomingProduct
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.desk import field, toast

TYPED = {
    "times": "1,5",
    "categories": "Skincare, Tea",
    "until": "2099-12-31",
    "reason": "Late parcel",
    "key": "k1",
}


def path(cast: Cast, rest: str = "") -> str:
    return f"/admin/customers/{cast.ines.uid}/multipliers{rest}"


async def test_the_form_offers_double_for_a_month_and_the_shops_categories(
    cast: Cast, desk_of: SignIn
) -> None:
    await receive(1, cast.web.id, IncomingProduct("7", category="Skincare"))
    with watched() as asked:
        page = await (await desk_of(cast.theo)).get(path(cast, "/new"))
    assert page.status_code == 200
    assert field(page.text, "times") == "2"
    assert "Grant a multiplier to Ines Okafor" in page.text
    assert '<datalist id="shelves"><option value="Skincare">' in page.text
    assert len(asked) <= 8


async def test_a_fragment_has_no_shell(cast: Cast, desk_of: SignIn) -> None:
    answer = await (await desk_of(cast.theo)).get(path(cast, "/new"), htmx=True)
    assert "<html" not in answer.text
    assert f'hx-post="{path(cast)}"' in answer.text


async def test_a_grant_is_on_the_page_and_can_be_undone(cast: Cast, desk_of: SignIn) -> None:
    theo, profile = await desk_of(cast.theo), f"/admin/customers/{cast.ines.uid}"
    answer = await theo.post(path(cast), htmx=True, at=profile, **TYPED)
    assert toast(answer)["sentence"] == "Ines Okafor has ×1.5 points on Skincare or Tea now"
    page = (await theo.get(profile)).text
    assert "×1.5 points on Skincare or Tea" in page
    assert "Late parcel" in page
    await theo.post(f"/admin/actions/{toast(answer)['undo']}/reversal", htmx=True, at=profile)
    assert "Withdrawn" in (await theo.get(profile)).text


async def test_it_works_without_htmx_and_a_double_click_grants_once(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    answers = [await theo.post(path(cast), **TYPED) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    page = (await theo.get(answers[0].headers["location"])).text
    (withdrawal,) = set(re.findall(rf'action="({path(cast)}/[^"]+/withdrawal)"', page))
    assert (await theo.post(withdrawal)).status_code == 303
    assert (await theo.post(withdrawal)).status_code == 409
    found = await rows("SELECT status, percent FROM multipliers WHERE programme_id = 1")
    assert [(row["status"], row["percent"]) for row in found] == [("withdrawn", 150)]


@pytest.mark.parametrize(
    ("typed", "name", "sentence"),
    [
        ({"times": "often"}, "times", "such as 2 or 1.5"),
        ({"times": "1"}, "times", "from ×1.01 to ×10"),
        ({"times": "11"}, "times", "from ×1.01 to ×10"),
        ({"until": ""}, "until", "This is needed."),
        ({"until": "2020-01-01"}, "until", "This day is over"),
        ({"categories": "x" * 201}, "categories", "1 to 200 characters"),
        ({"reason": "x" * 501}, "reason", "too long"),
    ],
)
async def test_a_bad_form_is_422_and_keeps_the_words(
    cast: Cast, desk_of: SignIn, typed: dict[str, str], name: str, sentence: str
) -> None:
    answer = await (await desk_of(cast.theo)).post(path(cast), **{**TYPED, "tags": "Kept words", **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'id="{name}-error"' in answer.text
    assert "Kept words" in answer.text
    assert not await rows("SELECT id FROM multipliers WHERE programme_id = 1")


async def test_who_has_left_gets_none(cast: Cast, desk_of: SignIn) -> None:
    answer = await (await desk_of(cast.mara)).post(f"/admin/customers/{cast.pia.uid}/multipliers", **TYPED)
    assert answer.status_code == 409
    assert "has left the programme" in answer.text


async def test_somebody_elses_customer_is_404(cast: Cast, desk_of: SignIn) -> None:
    nils = await desk_of(cast.nils, cast.other_programme_id)
    assert (await nils.get(path(cast, "/new"))).status_code == 404
    assert (await nils.post(path(cast), **TYPED)).status_code == 404
    assert (await nils.post(path(cast, "/nothing/withdrawal"))).status_code == 404


async def test_who_only_reads_may_not_grant(cast: Cast, desk_of: SignIn) -> None:
    reader = await desk_of(await factories.staff(1, "Reader", StaffRole.READ_ONLY))
    assert (await reader.get(path(cast, "/new"))).status_code == 403
    assert (await reader.post(path(cast), **TYPED)).status_code == 403
    assert "Grant a multiplier" not in (await reader.get(f"/admin/customers/{cast.ines.uid}")).text
