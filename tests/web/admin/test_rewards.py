"""Programme → Rewards, from the form to the catalogue. PRODUCT E1."""

from typing import Any

import pytest

from db.engine import one, rows, watched
from db.enums import StaffRole
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.desk import field, toast

TYPED: dict[str, Any] = {
    "name": "€5 off", "description": "Online or in store", "value": "5,00", "points": "500", "offered": "on",
    "cost": "5", "stock": "40", "per_customer": "2", "code_days": "90", "until": "2099-12-31", "key": "k1",
}  # fmt: skip


async def stored() -> dict[str, Any]:
    row = await one("SELECT * FROM rewards WHERE programme_id = 1")
    assert row is not None
    return row


async def test_the_catalogue_lists_prices_stock_and_what_became_of_copies(
    cast: Cast, desk_of: SignIn
) -> None:
    for number in range(4):
        await factories.reward(1, f"Mug {number}", stock=7)
    with watched() as asked:
        page = await (await desk_of(cast.theo)).get("/admin/rewards")
    assert page.status_code == 200
    assert page.text.count('class="c-who"') == 4
    assert "Add a reward" not in page.text
    assert len(asked) <= 9


async def test_each_kind_has_the_fields_that_fit_it(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    kinds = await mara.get("/admin/rewards/new")
    assert kinds.text.count("/admin/rewards/new/") == 9
    for kind, there, missing in (
        ("amount_off", "value", "percent"),
        ("percent_off", "percent", "value"),
        ("free_product", "product", "value"),
        ("experience", "points", "product"),
    ):
        form = (await mara.get(f"/admin/rewards/new/{kind}")).text
        assert f'name="{there}"' in form
        assert f'name="{missing}"' not in form
    assert (await mara.get("/admin/rewards/new/spaceship")).status_code == 404


async def test_a_reward_is_added_once_without_htmx(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    for _ in range(2):
        answer = await mara.post("/admin/rewards/new/amount_off", **TYPED)
        assert answer.status_code == 303
    made = await stored()
    assert (made["value_minor"], made["points_price"], made["unit_cost_minor"]) == (500, 500, 500)
    assert (made["stock"], made["per_customer"], made["code_valid_days"]) == (40, 2, 90)
    assert made["valid_until"].isoformat() == "2099-12-31T23:00:00+00:00"
    page = await mara.get(answer.headers["location"])
    assert "€5 off has been added" in page.text


async def test_the_preview_shows_what_is_typed_so_far_and_has_no_shell(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    typed = {"name": "A mug", "points": "1200", "stock": "lots"}
    answer = await mara.get("/admin/rewards/new/custom/preview", htmx=True, **typed)
    assert "<html" not in answer.text
    assert "A mug" in answer.text
    assert "1,200 points" in answer.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": " "}, "This is needed."),
        ({"value": ""}, "Say how much it is worth."),
        ({"value": "much"}, "isn&#39;t an amount of money"),
        ({"points": ""}, "0 is free."),
        ({"points": "-1"}, "This can’t be below zero."),
        ({"stock": "-1"}, "The stock can&#39;t be negative."),
        ({"since": "2099-12-31", "until": "2099-01-01"}, "The reward ends before it begins."),
        ({"tier": "nobody"}, "Choose one from the list."),
        ({"code_days": "0"}, "1 to 3660 days"),
        ({"until": "soon"}, "Enter a date."),
    ],
)
async def test_a_bad_form_is_422_and_keeps_the_words(
    cast: Cast, desk_of: SignIn, typed: dict[str, str], sentence: str
) -> None:
    answer = await (await desk_of(cast.mara)).post("/admin/rewards/new/amount_off", **{**TYPED, **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Online or in store" in answer.text
    assert await rows("SELECT id FROM rewards WHERE programme_id = 1") == []


async def test_an_edit_is_kept_told_and_undone(cast: Cast, desk_of: SignIn) -> None:
    mug = await factories.reward(1, "Mug")
    mara, here = await desk_of(cast.mara), f"/admin/rewards/{mug.uid}"
    form = await mara.get(f"{here}/edit")
    assert field(form.text, "points") == "500"
    assert field(form.text, "value") == "5.00"
    sent = {**TYPED, "name": "Tall mug", "points": "700", "version": field(form.text, "version")}
    answer = await mara.post(here, htmx=True, at=here, **sent)
    assert toast(answer)["sentence"] == "Tall mug has been changed"
    assert (await stored())["points_price"] == 700
    await mara.post(f"/admin/actions/{toast(answer)['undo']}/reversal", htmx=True, at=here)
    assert ((await stored())["name"], (await stored())["points_price"]) == ("Mug", 500)


async def test_a_stale_edit_shows_both_values_and_saving_again_replaces(cast: Cast, desk_of: SignIn) -> None:
    mug = await factories.reward(1, "Mug")
    mara, here = await desk_of(cast.mara), f"/admin/rewards/{mug.uid}"
    await mara.post(here, **{**TYPED, "points": "900", "version": "1", "key": "a"})
    stale = await mara.post(here, **{**TYPED, "points": "700", "version": "1", "key": "b"})
    assert stale.status_code == 409
    assert "<td>900</td><td>700</td>" in stale.text
    assert "Save anyway" in stale.text
    again = {**TYPED, "points": "700", "version": field(stale.text, "version"), "key": "c"}
    assert (await mara.post(here, **again)).status_code == 303
    assert (await stored())["points_price"] == 700


async def test_archiving_and_moving_are_told_with_undo(cast: Cast, desk_of: SignIn) -> None:
    mug, tea = await factories.reward(1, "Mug", price=300), await factories.reward(1, "Tea", price=100)
    mara = await desk_of(cast.mara)
    moved = await mara.post(f"/admin/rewards/{mug.uid}/position", htmx=True, at="/admin/rewards", way="up")
    assert toast(moved)["sentence"] == "Mug is number 1 now"
    gone = await mara.post(f"/admin/rewards/{tea.uid}/archival", htmx=True, at="/admin/rewards")
    assert toast(gone)["sentence"] == "Tea has been archived"
    assert (await mara.post(f"/admin/rewards/{tea.uid}/restoration")).status_code == 303
    assert (await mara.post(f"/admin/rewards/{tea.uid}/position", way="sideways")).status_code == 422


async def test_a_reward_says_who_holds_it_state_by_state(cast: Cast, desk_of: SignIn) -> None:
    mug = await factories.reward(1, "Mug")
    await factories.give(cast.ines, 600)
    theo = await desk_of(cast.theo)
    await theo.post(f"/admin/customers/{cast.ines.uid}/redemptions", reward=f"{mug.uid}:500", key="r")
    with watched() as asked:
        page = await theo.get(f"/admin/rewards/{mug.uid}")
    assert f"/admin/customers/{cast.ines.uid}?tab=rewards" in page.text
    assert len(asked) <= 14
    used = await theo.get(f"/admin/rewards/{mug.uid}", htmx=True, copies="used")
    assert "<html" not in used.text
    assert "No copy is in this state." in used.text
    assert (await theo.get(f"/admin/rewards/{mug.uid}", at="broken")).status_code == 422


async def test_a_price_that_rose_since_the_shelf_was_drawn_is_shown_and_not_paid(
    cast: Cast, desk_of: SignIn
) -> None:
    mug = await factories.reward(1, "Mug")
    await factories.give(cast.ines, 600)
    theo = await desk_of(cast.theo)
    path = f"/admin/customers/{cast.ines.uid}/redemptions"
    answer = await theo.post(path, reward=f"{mug.uid}:400", key="r")
    assert answer.status_code == 409
    assert "costs 500 now; it was 400" in answer.text
    assert await factories.balance(cast.ines) == 600


async def test_somebody_elses_reward_is_404(cast: Cast, desk_of: SignIn) -> None:
    mug = await factories.reward(1, "Mug")
    nils = await desk_of(cast.nils, cast.other_programme_id)
    for path in ("", "/edit", "/price-cuts/new"):
        assert (await nils.get(f"/admin/rewards/{mug.uid}{path}")).status_code == 404, path
    for path, sent in (("", TYPED), ("/archival", {}), ("/position", {"way": "up"})):
        assert (await nils.post(f"/admin/rewards/{mug.uid}{path}", **sent)).status_code == 404, path


@pytest.mark.parametrize("role", [StaffRole.SERVICE, StaffRole.ANALYST, StaffRole.READ_ONLY])
async def test_who_may_not_edit_reads_only(cast: Cast, desk_of: SignIn, role: StaffRole) -> None:
    mug = await factories.reward(1, "Mug")
    reader = await desk_of(await factories.staff(1, "Reader", role))
    assert (await reader.get(f"/admin/rewards/{mug.uid}")).status_code == 200
    for path in ("/admin/rewards/new", f"/admin/rewards/{mug.uid}/edit"):
        assert (await reader.get(path)).status_code == 403
    assert (await reader.post(f"/admin/rewards/{mug.uid}/archival")).status_code == 403
