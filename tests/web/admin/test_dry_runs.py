"""Dry-runs on screen. PRODUCT I2."""

import pytest

from db.engine import rows, value, watched
from db.enums import EarningTrigger, StaffRole
from loyalty.dry_runs import working
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.admin.test_earning_rules import TYPED
from tests.web.desk import field

RULE = {"name": "1 per €1", "points": "1", "per_amount": "1.00", "base": "total", "exclude_tags": ""}


async def rule_of(cast: Cast) -> str:
    """The address of a rule; Ines has an order of €50 that earned under it."""
    version = await factories.earning_rule(1, EarningTrigger.ORDER, 1, name="1 per €1", per_minor=100)
    found = await rows("SELECT uid FROM earning_rules WHERE programme_id = 1")
    context = {"on": "2026-03-02", "earning": True, "tier_id": None, "tier_percent": 100, "first_order": True}
    await factories.order(
        cast.ines,
        cast.web.id,
        5_000,
        earns=True,
        earning={"rules": [version.id], "context": {**context, "earned_in_period": []}},
    )
    return f"/admin/earning-rules/{found[0]['uid']}"


async def finish() -> str:
    """Let the waiting run be worked; its address."""
    found = (await rows("SELECT id, uid FROM dry_runs WHERE programme_id = 1 ORDER BY id DESC LIMIT 1"))[0]
    await working.work(1, found["id"])
    return f"/admin/dry-runs/{found['uid']}"


async def test_the_form_says_what_is_tried_over_ninety_days(cast: Cast, desk_of: SignIn) -> None:
    where, mara = await rule_of(cast), await desk_of(cast.mara)
    page = await mara.get(f"{where}/dry-runs/new")
    assert page.status_code == 200
    assert "1 point per €1 of the order total" in page.text
    assert "<html" not in (await mara.get(f"{where}/dry-runs/new", htmx=True)).text


async def test_a_run_polls_until_its_last_answer_has_no_trigger(cast: Cast, desk_of: SignIn) -> None:
    where, mara = await rule_of(cast), await desk_of(cast.mara)
    started = await mara.post(f"{where}/dry-runs", htmx=True, first="2026-01-01", last="2026-12-31", key="k")
    path = started.headers["hx-redirect"]
    waiting = await mara.get(path)
    assert 'hx-trigger="every 1s"' in waiting.text
    assert "Refresh</a>" in waiting.text
    assert await finish() == path
    last = await mara.get(path, htmx=True)
    assert "<html" not in last.text
    assert "hx-trigger" not in last.text
    assert "Orders that differ" in last.text


async def test_an_edit_is_tried_before_it_is_saved(cast: Cast, desk_of: SignIn) -> None:
    where, mara = await rule_of(cast), await desk_of(cast.mara)
    form = await mara.get(f"{where}/versions/new")
    typed = {**TYPED, **RULE, "points": "2", "version": field(form.text, "version"), "key": "e"}
    started = await mara.post(f"{where}/versions/trial", **typed)
    assert started.status_code == 303
    twice = await mara.post(f"{where}/versions/trial", **typed)
    assert twice.headers["location"] == started.headers["location"]
    assert await value("SELECT count(*) FROM earning_rule_versions WHERE programme_id = 1") == 1
    path = await finish()
    with watched() as asked:
        page = await mara.get(path)
    assert len(asked) <= 14
    assert "2 points per €1 of the order total" in page.text
    again = await mara.get(f"{where}/versions/new?source={path.rsplit('/', 1)[1]}")
    assert field(again.text, "points") == "2"
    assert "2 points per €1" in (await mara.get(where)).text


async def test_the_result_names_winners_and_opens_their_orders(cast: Cast, desk_of: SignIn) -> None:
    where, mara = await rule_of(cast), await desk_of(cast.mara)
    typed = {**TYPED, **RULE, "points": "3", "key": "e"}
    await mara.post(f"{where}/versions/trial", **typed)
    await rows("SELECT 1 FROM dry_runs WHERE programme_id = 1")
    form = await mara.post(f"{where}/dry-runs", first="2026-01-01", last="2026-12-31", key="k",
                           source=(await finish()).rsplit("/", 1)[1])  # fmt: skip
    page = await mara.get(await finish())
    assert form.status_code == 303
    assert "+100" in page.text
    assert f"/admin/customers/{cast.ines.uid}?tab=orders" in page.text
    losers = await mara.get(form.headers["location"], show="losers")
    assert "Nobody would have less." in losers.text


@pytest.mark.parametrize(
    ("typed", "name", "sentence"),
    [
        ({"first": "soon"}, "first", ""),
        ({"first": "2030-01-01"}, "first", "The first day is after the last"),
        ({"first": "2001-01-01", "last": "2026-01-01"}, "first", "ten years"),
    ],
)
async def test_a_bad_form_is_422_and_keeps_the_words(
    cast: Cast, desk_of: SignIn, typed: dict[str, str], name: str, sentence: str
) -> None:
    where = await rule_of(cast)
    answer = await (await desk_of(cast.mara)).post(f"{where}/dry-runs", key="k", **typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'id="{name}-error"' in answer.text
    assert typed["first"] in answer.text


async def test_a_bad_edit_is_not_tried(cast: Cast, desk_of: SignIn) -> None:
    where, mara = await rule_of(cast), await desk_of(cast.mara)
    bad = await mara.post(f"{where}/versions/trial", **{**TYPED, "points": "x"})
    assert (bad.status_code, 'id="points-error"' in bad.text) == (422, True)
    signup = await mara.post(f"{where}/versions/trial", **{**TYPED, "trigger": "signup"})
    assert (signup.status_code, "can be tried on orders" in signup.text) == (422, True)


async def test_a_run_is_cancelled_once(cast: Cast, desk_of: SignIn) -> None:
    where, mara = await rule_of(cast), await desk_of(cast.mara)
    path = (await mara.post(f"{where}/dry-runs", key="k")).headers["location"]
    assert (await mara.post(f"{path}/cancellation")).status_code == 303
    assert (await mara.post(f"{path}/cancellation")).status_code == 409
    page = await mara.get(path)
    assert "Cancelled after 0 of 0 customers" in page.text
    assert "hx-trigger" not in page.text.split('id="outcome"')[1]


async def test_somebody_elses_run_is_404(cast: Cast, desk_of: SignIn) -> None:
    where, nils = await rule_of(cast), await desk_of(cast.nils, cast.other_programme_id)
    path = (await (await desk_of(cast.mara)).post(f"{where}/dry-runs", key="k")).headers["location"]
    assert (await nils.get(path)).status_code == 404
    assert (await nils.get(f"{where}/dry-runs/new")).status_code == 404
    for post in (f"{path}/cancellation", f"{where}/dry-runs", f"{where}/versions/trial"):
        assert (await nils.post(post, **TYPED)).status_code == 404


async def test_who_may_not_try_only_reads(cast: Cast, desk_of: SignIn) -> None:
    where = await rule_of(cast)
    path = (await (await desk_of(cast.mara)).post(f"{where}/dry-runs", key="k")).headers["location"]
    reader = await desk_of(await factories.staff(1, "Reader", StaffRole.READ_ONLY))
    assert (await reader.get(path)).status_code == 200
    assert "Cancel the dry-run" not in (await reader.get(path)).text
    assert (await reader.get(f"{where}/dry-runs/new")).status_code == 403
    for post in (f"{path}/cancellation", f"{where}/dry-runs", f"{where}/versions/trial"):
        assert (await reader.post(post, **TYPED)).status_code == 403
