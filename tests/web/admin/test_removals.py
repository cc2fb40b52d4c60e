"""Taking rewards back and giving their price back. PRODUCT E2."""

from datetime import timedelta

import pytest

from db.engine import one, run
from db.enums import EntryKind, StaffRole
from loyalty import clock
from loyalty.rewards.redeeming import redeem
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.desk import toast


@pytest.fixture
async def loaf(cast: Cast) -> str:
    """The uid of a reward Ines redeemed for 500 of her 620."""
    await factories.give(cast.ines, 620)
    reward = await factories.reward(1, code_valid_days=90)
    return (await redeem(1, cast.ines.id, reward.id, by=cast.theo, key="k")).uid


async def used(uid: str) -> None:
    await run(
        "UPDATE issued_rewards SET status = 'used', used_at = {}, used_order = '#1001'"
        " WHERE programme_id = 1 AND uid = {}",
        clock.now(),
        uid,
    )


def tab(cast: Cast) -> str:
    return f"/admin/customers/{cast.ines.uid}?tab=rewards"


async def test_the_tab_lists_what_is_outstanding_with_its_code(
    cast: Cast, desk_of: SignIn, loaf: str
) -> None:
    theo = await desk_of(cast.theo)
    page = (await theo.get(tab(cast))).text
    assert "Outstanding" in page
    assert f"/admin/issued-rewards/{loaf}/removals/new" in page


async def test_removing_returns_the_points_unless_told_otherwise(
    cast: Cast, desk_of: SignIn, loaf: str
) -> None:
    theo, path = await desk_of(cast.theo), f"/admin/issued-rewards/{loaf}/removals"
    form = await theo.get(f"{path}/new", htmx=True)
    assert "<html" not in form.text
    assert 'value="return" checked' in form.text
    answer = await theo.post(path, htmx=True, at=tab(cast), points="return", reason="Wrong reward", key="r")
    assert toast(answer)["sentence"] == "€5 off of Ines Okafor has been removed and 500 points returned"
    assert await factories.balance(cast.ines) == 620
    await theo.post(f"/admin/actions/{toast(answer)['undo']}/reversal", htmx=True, at=tab(cast))
    assert await factories.balance(cast.ines) == 120
    assert "Outstanding" in (await theo.get(tab(cast))).text


async def test_removing_only_returns_nothing_and_works_without_htmx(
    cast: Cast, desk_of: SignIn, loaf: str
) -> None:
    theo = await desk_of(cast.theo)
    for _ in range(2):
        answer = await theo.post(f"/admin/issued-rewards/{loaf}/removals", points="keep", key="r")
        assert answer.status_code == 303
        assert answer.headers["location"] == tab(cast)
    assert await factories.balance(cast.ines) == 120
    page = (await theo.get(tab(cast))).text
    assert "Void" in page
    assert "has been removed" in page


async def test_a_used_reward_cant_be_removed_but_its_points_can_be_returned_once(
    cast: Cast, desk_of: SignIn, loaf: str
) -> None:
    await used(loaf)
    theo = await desk_of(cast.theo)
    assert (await theo.get(f"/admin/issued-rewards/{loaf}/removals/new")).status_code == 403
    assert f"/admin/issued-rewards/{loaf}/goodwill/new" in (await theo.get(tab(cast))).text
    assert (await theo.get(f"/admin/issued-rewards/{loaf}/goodwill/new")).status_code == 200
    path = f"/admin/issued-rewards/{loaf}/goodwill"
    answer = await theo.post(path, htmx=True, at=tab(cast), reason="It was stale", key="g")
    assert toast(answer)["sentence"] == "500 points returned to Ines Okafor as goodwill"
    assert (await theo.post(path, reason="Again", key="g2")).status_code == 409
    assert (await factories.entries(cast.ines))[-1] == (EntryKind.ADJUST, 500)
    assert "points returned" in (await theo.get(tab(cast))).text


async def test_bad_forms_are_422_and_keep_the_words(cast: Cast, desk_of: SignIn, loaf: str) -> None:
    theo = await desk_of(cast.theo)
    long = await theo.post(f"/admin/issued-rewards/{loaf}/removals", points="return", reason="long " * 101)
    assert (long.status_code, "This is too long." in long.text) == (422, True)
    assert "long long" in long.text
    odd = await theo.post(f"/admin/issued-rewards/{loaf}/removals", points="double")
    assert odd.status_code == 422
    await used(loaf)
    assert (await theo.post(f"/admin/issued-rewards/{loaf}/goodwill", reason=" ")).status_code == 422


async def test_an_expired_reward_is_listed_as_expired(cast: Cast, desk_of: SignIn, loaf: str) -> None:
    row = await one("SELECT expires_at FROM issued_rewards WHERE programme_id = 1 AND uid = {}", loaf)
    assert row is not None
    with clock.at(row["expires_at"] + timedelta(days=1)):
        page = (await (await desk_of(cast.theo)).get(tab(cast))).text
    assert "Expired" in page
    assert f"{loaf}/removals" not in page
    assert f"{loaf}/goodwill/new" in page


async def test_somebody_elses_reward_is_404(cast: Cast, desk_of: SignIn, loaf: str) -> None:
    nils = await desk_of(cast.nils, cast.other_programme_id)
    for noun in ("removals", "goodwill"):
        assert (await nils.get(f"/admin/issued-rewards/{loaf}/{noun}/new")).status_code == 404
        assert (await nils.post(f"/admin/issued-rewards/{loaf}/{noun}", reason="x")).status_code == 404


async def test_who_only_reads_sees_the_tab_without_buttons(cast: Cast, desk_of: SignIn, loaf: str) -> None:
    reader = await desk_of(await factories.staff(1, "Reader", StaffRole.READ_ONLY))
    assert "removals/new" not in (await reader.get(tab(cast))).text
    for noun in ("removals", "goodwill"):
        assert (await reader.post(f"/admin/issued-rewards/{loaf}/{noun}", reason="x")).status_code == 403
