"""Earning rules on screen. PRODUCT I1, I2."""

from typing import Any

import pytest

from db.engine import rows, watched
from db.enums import EarningTrigger, StaffRole
from loyalty.earning import catalogue
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.desk import field, toast

TYPED: dict[str, Any] = {
    "name": "3 per €1",
    "trigger": "order",
    "points": "3",
    "per": "amount",
    "per_amount": "1.00",
    "base": "items",
    "exclude_tags": "no-points",
    "rounding": "floor",
    "rounding_at": "order",
    "tier_multiplier": "on",
    "stacking": "sum",
    "status": "active",
    "key": "k1",
}
LIST = "/admin/earning-rules"


async def made(cast: Cast, desk_of: SignIn, **typed: str) -> str:
    """The address of a rule that Mara has written."""
    answer = await (await desk_of(cast.mara)).post(LIST, **{**TYPED, **typed})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_each_rule_is_a_sentence_and_the_list_costs_the_same_whatever_its_length(
    cast: Cast, desk_of: SignIn
) -> None:
    await factories.tier(1, "Gold", rank=1, threshold=0, multiplier_percent=150)
    await made(cast, desk_of)
    await made(cast, desk_of, key="k2", name="Tuesdays", weekdays="2", include_categories="Bread")
    theo = await desk_of(cast.theo)
    with watched() as asked:
        page = await theo.get(LIST)
    assert "3 points per €1 of items, except products tagged no-points; Gold members earn more" in page.text
    assert "3 points per €1 of Bread, except products tagged no-points, on Tuesdays" in page.text
    assert len(asked) <= 12
    assert "New rule" not in page.text


async def test_an_empty_list_says_what_a_rule_is(cast: Cast, desk_of: SignIn) -> None:
    page = await (await desk_of(cast.mara)).get(LIST)
    assert "No earning rules yet" in page.text
    assert "Write the first rule" in page.text


async def test_everything_a_rule_can_say_is_kept(cast: Cast, desk_of: SignIn) -> None:
    gold = await factories.tier(1, "Gold", rank=1, threshold=0)
    whole = {
        "include_categories": "Bread, Cake", "include_skus": "B-1", "include_products": "77", "gift_cards": "on",
        "stores": cast.web.uid, "tiers": gold.uid, "weekdays": "2", "starts_on": "2026-12-01",
        "ends_on": "2026-12-24", "min_spend": "10,50", "channels": "web, pos", "first_order_only": "on",
        "max_points_per_order": "1,000", "max_points_per_period": "2000", "period": "month", "stacking": "best",
        "rounding": "ceil", "rounding_at": "line", "hold_days": "3", "expiry_days": "90",
    }  # fmt: skip
    where = await made(cast, desk_of, **whole)
    (rule,) = await catalogue.rules(1)
    said = rule.latest.definition
    assert said.include.categories == ("Bread", "Cake")
    assert (said.stores, said.tiers) == ((cast.web.id,), (gold.id,))
    assert (said.min_spend_minor, said.max_points_per_order, said.hold_days) == (1050, 1000, 3)
    page = await (await desk_of(cast.mara)).get(f"{where}/versions/new")
    assert field(page.text, "min_spend") == "10.50"
    assert field(page.text, "include_categories") == "Bread, Cake"
    again = {**TYPED, **whole, "version": field(page.text, "version"), "key": "k9"}
    unchanged = await (await desk_of(cast.mara)).post(f"{where}/versions", **again)
    assert unchanged.status_code == 409
    assert "Nothing was changed" in unchanged.text


@pytest.mark.parametrize(
    ("typed", "name", "sentence"),
    [
        ({"name": ""}, "name", "This is needed."),
        ({"points": "1.5"}, "points", "Enter a whole number."),
        ({"points": "0"}, "points", "This has to be above zero."),
        ({"points": "−5"}, "points", "This has to be above zero."),
        ({"per_amount": ""}, "per_amount", "for how much money"),
        ({"per_amount": "lots"}, "per_amount", "isn&#39;t an amount"),
        ({"min_spend": "-5"}, "min_spend", "below nothing"),
        ({"starts_on": "2026-12-24", "ends_on": "2026-12-01"}, "ends_on", "before the first"),
        ({"period": "month"}, "max_points_per_period", "how many points"),
        ({"max_points_per_period": "5"}, "period", "needs its period"),
        ({"stores": "12345"}, "stores", "Choose from the list."),
        ({"weekdays": "8"}, "weekdays", "Choose from the list."),
        ({"effective": "2020-01-01"}, "effective", "This day is over"),
        ({"trigger": "sunshine"}, "trigger", "Choose one"),
    ],
)
async def test_a_bad_form_names_its_field_and_keeps_the_words(
    cast: Cast, desk_of: SignIn, typed: dict[str, str], name: str, sentence: str
) -> None:
    answer = await (await desk_of(cast.mara)).post(LIST, **{**TYPED, "include_tags": "Kept words", **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'id="{name}-error"' in answer.text
    assert "Kept words" in answer.text
    assert not await rows("SELECT id FROM earning_rules WHERE programme_id = 1")


async def test_all_errors_are_told_at_once(cast: Cast, desk_of: SignIn) -> None:
    answer = await (await desk_of(cast.mara)).post(
        LIST, **{**TYPED, "name": "", "points": "x", "ends_on": "soon"}
    )
    for name in ("name", "points", "ends_on"):
        assert f'id="{name}-error"' in answer.text


async def test_a_stale_edit_shows_what_the_other_did(cast: Cast, desk_of: SignIn) -> None:
    where, mara = await made(cast, desk_of), await desk_of(cast.mara)
    page = await mara.get(f"{where}/versions/new")
    old = field(page.text, "version")
    await mara.post(f"{where}/versions", **{**TYPED, "points": "5", "version": old, "key": "a"})
    answer = await mara.post(f"{where}/versions", **{**TYPED, "points": "7", "version": old, "key": "b"})
    assert answer.status_code == 409
    assert "5 points per €1" in answer.text
    assert "7 points per €1" in answer.text
    again = {**TYPED, "points": "7", "version": field(answer.text, "version"), "key": "c"}
    assert (await mara.post(f"{where}/versions", **again)).status_code == 303
    page = await mara.get(where)
    assert "Version 3" in page.text
    assert "<del>5 points per €1 of items</del>" in page.text


async def test_a_draft_is_activated_paused_and_archived_with_undo(cast: Cast, desk_of: SignIn) -> None:
    where, mara = await made(cast, desk_of, status="draft"), await desk_of(cast.mara)
    form = await mara.get(f"{where}/activation/new", htmx=True)
    assert "<html" not in form.text
    guard = field(form.text, "version")
    bad = await mara.post(f"{where}/activation", htmx=True, version=guard, effective="2020-01-01", key="a")
    assert (bad.status_code, "This day is over" in bad.text) == (422, True)
    good = await mara.post(f"{where}/activation", htmx=True, at=where, version=guard, effective="", key="b")
    assert toast(good)["sentence"] == "“3 per €1” is in force"
    page = await mara.get(where)
    paused = await mara.post(
        f"{where}/pause", htmx=True, at=where, version=field(page.text, "version"), key="c"
    )
    assert toast(paused)["sentence"] == "“3 per €1” is paused"
    await mara.post(f"/admin/actions/{toast(paused)['undo']}/reversal", htmx=True, at=where)
    page = await mara.get(where)
    gone = await mara.post(f"{where}/archival", version=field(page.text, "version"), key="d")
    assert gone.status_code == 303
    assert "1 archived" in (await mara.get(LIST)).text


async def test_rules_change_places(cast: Cast, desk_of: SignIn) -> None:
    first = await made(cast, desk_of)
    second = await made(cast, desk_of, key="k2", name="Second")
    mara = await desk_of(cast.mara)
    assert (await mara.post(f"{second}/moves/up")).status_code == 303
    page = (await mara.get(LIST)).text
    assert page.index("Second") < page.index("3 per €1")
    assert (await mara.post(f"{second}/moves/up")).status_code == 409
    assert (await mara.post(f"{first}/moves/down")).status_code == 409


async def test_the_page_says_what_a_rule_gave(cast: Cast, desk_of: SignIn) -> None:
    rule = await factories.earning_rule(1, EarningTrigger.SIGNUP, 50)
    found = await rows("SELECT uid FROM earning_rules WHERE programme_id = 1")
    page = await (await desk_of(cast.theo)).get(f"{LIST}/{found[0]['uid']}")
    assert page.status_code == 200
    assert "50 points for joining" in page.text
    assert str(rule.id) not in page.text


async def test_somebody_elses_rule_is_404(cast: Cast, desk_of: SignIn) -> None:
    where, nils = await made(cast, desk_of), await desk_of(cast.nils, cast.other_programme_id)
    for path in (where, f"{where}/versions/new", f"{where}/activation/new"):
        assert (await nils.get(path)).status_code == 404
    for path in ("versions", "activation", "pause", "archival", "moves/up"):
        assert (await nils.post(f"{where}/{path}", **TYPED)).status_code == 404


@pytest.mark.parametrize("role", [StaffRole.SERVICE, StaffRole.ANALYST, StaffRole.READ_ONLY])
async def test_who_may_not_edit_reads(cast: Cast, desk_of: SignIn, role: StaffRole) -> None:
    where, reader = await made(cast, desk_of), await desk_of(await factories.staff(1, "Reader", role))
    assert (await reader.get(where)).status_code == 200
    for path in (f"{LIST}/new", f"{where}/versions/new", f"{where}/activation/new"):
        assert (await reader.get(path)).status_code == 403
    for path in (LIST, f"{where}/versions", f"{where}/pause", f"{where}/moves/up"):
        assert (await reader.post(path, **TYPED)).status_code == 403
