"""Adjust balance, from the form to the ledger. PRODUCT C7."""

from typing import Any

import pytest

from db.engine import run, watched
from db.enums import EntryKind, StaffRole
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.desk import field, toast

TYPED: dict[str, Any] = {
    "reason": "Receipt scanned twice",
    "comment": "Manual adjustments",
    "direction": "add",
    "key": "k1",
}


def path(cast: Cast, rest: str = "") -> str:
    return f"/admin/customers/{cast.ines.uid}/adjustments{rest}"


async def test_the_form_shows_the_balance_and_the_default_comment(cast: Cast, desk_of: SignIn) -> None:
    await factories.give(cast.ines, 170)
    with watched() as asked:
        page = await (await desk_of(cast.theo)).get(path(cast, "/new"))
    assert page.status_code == 200
    assert "Balance now<b>170</b>" in page.text
    assert field(page.text, "comment") == "Manual adjustments"
    assert len(field(page.text, "key")) >= 16
    assert len(asked) <= 12


async def test_a_fragment_has_no_shell(cast: Cast, desk_of: SignIn) -> None:
    answer = await (await desk_of(cast.theo)).get(path(cast, "/new"), htmx=True)
    assert "<html" not in answer.text
    assert 'id="dialog-title"' in answer.text
    assert f'hx-post="{path(cast)}"' in answer.text


async def test_a_deduction_in_the_dialog_tells_the_new_balance_and_offers_undo(
    cast: Cast, desk_of: SignIn
) -> None:
    await factories.give(cast.ines, 170)
    theo, profile = await desk_of(cast.theo), f"/admin/customers/{cast.ines.uid}"
    answer = await theo.post(path(cast), htmx=True, at=f"{profile}?tab=lots", points="−24", **TYPED)
    assert answer.status_code == 200
    assert toast(answer)["sentence"] == "Ines Okafor now has 146 points"
    assert f'"path": "{profile}?tab=lots"' in answer.headers["hx-location"]
    undone = await theo.post(f"/admin/actions/{toast(answer)['undo']}/reversal", htmx=True, at=profile)
    assert toast(undone) == {"sentence": "Ines Okafor has 170 points again", "undo": None}
    assert await factories.balance(cast.ines) == 170


async def test_it_works_without_htmx_and_the_next_page_tells(cast: Cast, desk_of: SignIn) -> None:
    await factories.give(cast.ines, 170)
    theo = await desk_of(cast.theo)
    answer = await theo.post(path(cast), points="24", **{**TYPED, "direction": "remove"})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/admin/customers/{cast.ines.uid}"
    page = await theo.get(answer.headers["location"])
    assert "Ines Okafor now has 146 points" in page.text
    assert "/reversal" in page.text
    assert "Receipt scanned twice" in page.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"points": "1.5"}, "whole numbers"),
        ({"points": "0"}, "changes nothing"),
        ({"points": "lots"}, "Enter a whole number"),
        ({"points": ""}, "This is needed."),
        ({"points": "5", "reason": " "}, "This is needed."),
        ({"points": "5", "expires": "2020-01-01"}, "This day is over"),
        ({"points": "5", "direction": "sideways"}, ""),
        ({"points": "-171"}, "Only 170 of the 171 points are available."),
    ],
)
async def test_a_bad_form_is_422_and_keeps_the_words(
    cast: Cast, desk_of: SignIn, typed: dict[str, str], sentence: str
) -> None:
    await factories.give(cast.ines, 170)
    answer = await (await desk_of(cast.theo)).post(path(cast), **{**TYPED, "comment": "Sorry, Ines", **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Sorry, Ines" in answer.text
    assert await factories.balance(cast.ines) == 170


async def test_the_preview_refuses_what_goes_below_zero_and_offers_the_largest(
    cast: Cast, desk_of: SignIn
) -> None:
    await factories.give(cast.ines, 170)
    theo = await desk_of(cast.theo)
    good = await theo.get(path(cast, "/preview"), htmx=True, points="-24", direction="add")
    assert "After<b>146</b>" in good.text
    bad = await theo.get(path(cast, "/preview"), htmx=True, points="200", direction="remove")
    assert 'data-fill="points" value="-170"' in bad.text
    assert "<html" not in bad.text


async def test_a_double_click_adjusts_once_also_when_it_took_everything(cast: Cast, desk_of: SignIn) -> None:
    await factories.give(cast.ines, 170)
    theo = await desk_of(cast.theo)
    first = await theo.post(path(cast), points="-170", **TYPED)
    again = await theo.post(path(cast), points="-170", **TYPED)
    assert (first.status_code, again.status_code) == (303, 303)
    assert [entry for entry in await factories.entries(cast.ines) if entry[1] < 0] == [
        (EntryKind.ADJUST, -170)
    ]


async def test_limits_per_act_and_per_day_are_told_and_kept(cast: Cast, desk_of: SignIn) -> None:
    await run("UPDATE staff SET adjust_limit = 100, adjust_limit_per_day = 150 WHERE programme_id = 1")
    theo = await desk_of(cast.theo)
    over = await theo.post(path(cast), points="101", **TYPED)
    assert over.status_code == 422
    assert "up to 100 points at a time" in over.text
    assert "Use +100 instead" in over.text
    assert (await theo.post(path(cast), points="100", **TYPED)).status_code == 303
    spent = await theo.post(path(cast), points="60", **{**TYPED, "key": "k2"})
    assert "50 more points today" in spent.text
    assert await factories.balance(cast.ines) == 100


async def test_counting_for_tiers_and_a_day_of_ones_own(cast: Cast, desk_of: SignIn) -> None:
    typed = {**TYPED, "points": "50", "counts": "on", "expires": "2099-12-31"}
    assert (await (await desk_of(cast.mara)).post(path(cast), **typed)).status_code == 303
    told = await (await desk_of(cast.mara)).get(f"/admin/customers/{cast.ines.uid}", tab="lots")
    assert "31 Dec 2099" in told.text or "Dec 31, 2099" in told.text


async def test_somebody_elses_customer_is_404(cast: Cast, desk_of: SignIn) -> None:
    nils = await desk_of(cast.nils, cast.other_programme_id)
    assert (await nils.get(path(cast, "/new"))).status_code == 404
    assert (await nils.post(path(cast), points="5", **TYPED)).status_code == 404


@pytest.mark.parametrize("role", [StaffRole.ANALYST, StaffRole.READ_ONLY])
async def test_who_only_reads_may_not_adjust(cast: Cast, desk_of: SignIn, role: StaffRole) -> None:
    reader = await desk_of(await factories.staff(1, "Reader", role))
    assert (await reader.get(path(cast, "/new"))).status_code == 403
    assert (await reader.post(path(cast), points="5", **TYPED)).status_code == 403
    assert "Adjust balance" not in (await reader.get(f"/admin/customers/{cast.ines.uid}")).text


@pytest.mark.parametrize(("who", "sentence"), [("olu", "is a guest"), ("pia", "the balance is frozen")])
async def test_guests_and_people_who_left_have_no_balance_to_adjust(
    cast: Cast, desk_of: SignIn, who: str, sentence: str
) -> None:
    person = getattr(cast, who)
    answer = await (await desk_of(cast.mara)).get(f"/admin/customers/{person.uid}/adjustments/new")
    assert answer.status_code == 409
    assert sentence in answer.text
