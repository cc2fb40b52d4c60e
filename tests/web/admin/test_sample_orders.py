"""The simulator: a sample order and what each rule gives it. PRODUCT I2."""

import pytest

from db.engine import rows, watched
from db.enums import StaffRole
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.admin.test_earning_rules import LIST, TYPED

SAMPLE = f"{LIST}/sample"


async def rules_of(cast: Cast, desk_of: SignIn) -> None:
    """3 per €1 except no-points; 2 more on Bread on Tuesdays; a draft of 100 for an order."""
    mara = await desk_of(cast.mara)
    bread = {
        "name": "Tuesday bread",
        "points": "2",
        "include_categories": "Bread",
        "exclude_tags": "",
        "weekdays": "2",
    }
    draft = {"name": "A hundred", "points": "100", "per": "order", "exclude_tags": "", "status": "draft"}
    for number, typed in enumerate(({}, bread, draft)):
        answer = await mara.post(LIST, **{**TYPED, **typed, "key": f"k{number}"})
        assert answer.status_code == 303, answer.text


async def test_an_empty_sample_asks_for_lines(cast: Cast, desk_of: SignIn) -> None:
    page = await (await desk_of(cast.theo)).get(SAMPLE)
    assert page.status_code == 200
    assert page.text.count('role="group"') == 3
    assert "It would earn" not in page.text
    more = await (await desk_of(cast.theo)).get(SAMPLE, rows="3", more="1")
    assert more.text.count('role="group"') == 4


async def test_each_line_says_what_each_rule_gave_and_why(cast: Cast, desk_of: SignIn) -> None:
    await rules_of(cast, desk_of)
    gold = await factories.tier(1, "Gold", rank=1, threshold=0, multiplier_percent=150)
    theo = await desk_of(cast.theo)
    typed = {
        "on": "2099-12-29", "tier": gold.uid, "store": cast.web.uid,
        "amount_0": "10", "category_0": "bread", "quantity_0": "2",
        "amount_1": "5,50", "tags_1": "No-Points",
        "amount_2": "4", "kind_2": "shipping",
    }  # fmt: skip
    with watched() as asked:
        page = await theo.get(SAMPLE, **typed)
    assert "It would earn 75 points" in page.text
    assert "3 per €1: 45 on €10.00, tier ×1.5" in page.text
    assert "Tuesday bread: 30 on €10.00, tier ×1.5" in page.text
    assert "This product is excluded" in page.text
    assert "Shipping doesn’t earn" in page.text
    assert "A hundred" not in page.text
    assert len(asked) <= 14
    assert str(gold.id) not in page.text


async def test_drafts_take_part_when_asked_and_barriers_are_told(cast: Cast, desk_of: SignIn) -> None:
    await rules_of(cast, desk_of)
    theo = await desk_of(cast.theo)
    page = await theo.get(SAMPLE, on="2099-12-28", amount_0="10", drafts="on")
    assert "It would earn 130 points" in page.text
    assert "Not on this weekday" in page.text
    assert "+100" in page.text
    past = await theo.get(SAMPLE, on="2020-01-01", amount_0="10")
    assert "No rule for orders was in force on that day." in past.text
    assert not await rows("SELECT id FROM orders WHERE programme_id = 1")


@pytest.mark.parametrize(
    ("typed", "name", "sentence"),
    [
        ({"amount_0": "lots"}, "amount_0", "isn&#39;t an amount"),
        ({"amount_0": "-5"}, "amount_0", "An amount goes from 0"),
        ({"amount_0": "5", "quantity_0": "0"}, "quantity_0", ""),
        ({"amount_0": "5", "on": "someday"}, "on", ""),
        ({"amount_0": "5", "tier": "nobody"}, "tier", "Choose one from the list."),
    ],
)
async def test_what_cant_be_read_is_named_and_kept(
    cast: Cast, desk_of: SignIn, typed: dict[str, str], name: str, sentence: str
) -> None:
    page = await (await desk_of(cast.theo)).get(SAMPLE, category_0="Kept words", **typed)
    assert page.status_code == 422
    assert f'id="{name}-error"' in page.text
    assert sentence in page.text
    assert "Kept words" in page.text
    assert "It would earn" not in page.text


async def test_a_fragment_has_no_shell_and_everybody_may_try(cast: Cast, desk_of: SignIn) -> None:
    reader = await desk_of(await factories.staff(1, "Reader", StaffRole.READ_ONLY))
    answer = await reader.get(SAMPLE, htmx=True, amount_0="10")
    assert answer.status_code == 200
    assert "<html" not in answer.text
    for odd in ("rows", "amount_0"):
        assert (await reader.get(SAMPLE, **{odd: "9" * 30})).status_code in (200, 422)


async def test_a_tier_of_another_shop_is_none_of_ours(cast: Cast, desk_of: SignIn) -> None:
    theirs = await factories.tier(cast.other_programme_id, "Gold", rank=1, threshold=0)
    page = await (await desk_of(cast.theo)).get(SAMPLE, amount_0="5", tier=theirs.uid)
    assert page.status_code == 422
