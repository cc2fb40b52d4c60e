"""Letting through a referral that looked like one person. PRODUCT G4."""

from collections.abc import AsyncIterator

import pytest

from loyalty import clock
from tests.cast import Cast
from tests.referring import NOW, completed, coupon_status, invite, status_of, with_coupon
from tests.web.admin.conftest import SignIn
from tests.web.desk import toast


@pytest.fixture(autouse=True)
async def on_a_monday() -> AsyncIterator[None]:
    with clock.at(NOW):
        yield


async def blocked(cast: Cast) -> str:
    await with_coupon()
    return (await invite(cast, "ines+friend@example.org")).uid


def path(uid: str, rest: str = "") -> str:
    return f"/admin/referrals/{uid}/clearance{rest}"


async def test_the_form_shows_score_evidence_and_what_will_happen(cast: Cast, desk_of: SignIn) -> None:
    page = await (await desk_of(cast.mara)).get(path(await blocked(cast), "/new"))
    for text in ("Score 80", "reach the same mailbox", "+80", "gets the coupon"):
        assert text in page.text


async def test_a_fragment_has_no_shell(cast: Cast, desk_of: SignIn) -> None:
    answer = await (await desk_of(cast.mara)).get(path(await blocked(cast), "/new"), htmx=True)
    assert "<html" not in answer.text
    assert 'id="dialog-title"' in answer.text


async def test_letting_through_gives_the_coupon_and_tells(cast: Cast, desk_of: SignIn) -> None:
    uid, mara = await blocked(cast), await desk_of(cast.mara)
    answer = await mara.post(
        path(uid), htmx=True, at="/admin/activities/referrals", reason="Sisters", key="k"
    )
    assert "has been let through" in toast(answer)["sentence"]
    assert (await status_of(uid), await coupon_status()) == ("pending", "outstanding")


async def test_it_works_without_htmx(cast: Cast, desk_of: SignIn) -> None:
    uid, mara = await blocked(cast), await desk_of(cast.mara)
    answer = await mara.post(path(uid), reason="Sisters", key="k")
    assert answer.status_code == 303
    assert "has been let through" in (await mara.get(answer.headers["location"])).text


async def test_without_a_reason_it_is_422(cast: Cast, desk_of: SignIn) -> None:
    uid = await blocked(cast)
    answer = await (await desk_of(cast.mara)).post(path(uid), htmx=True, reason=" ", key="k")
    assert answer.status_code == 422
    assert "This is needed." in answer.text
    assert await status_of(uid) == "blocked"


async def test_what_nobody_has_to_decide_is_said_and_refused(cast: Cast, desk_of: SignIn) -> None:
    uid, mara = (await completed(cast)).uid, await desk_of(cast.mara)
    assert "Nobody has to decide" in (await mara.get(path(uid, "/new"))).text
    assert (await mara.post(path(uid), reason="Sisters", key="k")).status_code == 422


async def test_somebody_elses_is_404_and_the_service_desk_403(cast: Cast, desk_of: SignIn) -> None:
    uid = await blocked(cast)
    nils = await desk_of(cast.nils, cast.other_programme_id)
    for who, status in ((nils, 404), (await desk_of(cast.theo), 403)):
        assert (await who.get(path(uid, "/new"))).status_code == status
        assert (await who.post(path(uid), reason="Sisters", key="k")).status_code == status
    assert await status_of(uid) == "blocked"
