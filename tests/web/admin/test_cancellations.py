"""Cancelling a pending and a completed referral, from the form to the ledger. PRODUCT G2, G3."""

from collections.abc import AsyncIterator

import pytest

from db.enums import StaffRole
from loyalty import clock
from loyalty.rewards import codes
from loyalty.rules.actors import SYSTEM
from tests import factories
from tests.cast import Cast
from tests.referring import NOW, completed, coupon_status, finn_orders, invite, status_of, with_coupon
from tests.web.admin.conftest import SignIn
from tests.web.desk import field, toast

LIST = "/admin/activities/referrals"


@pytest.fixture(autouse=True)
async def on_a_monday() -> AsyncIterator[None]:
    with clock.at(NOW):
        yield


def path(uid: str, rest: str = "") -> str:
    return f"/admin/referrals/{uid}/cancellation{rest}"


async def test_the_form_says_what_happens_to_a_pending_one(cast: Cast, desk_of: SignIn) -> None:
    await with_coupon()
    page = await (await desk_of(cast.theo)).get(path((await invite(cast)).uid, "/new"))
    assert page.status_code == 200
    for text in (
        "Ines Okafor",
        "Finn",
        "code becomes void and can&#39;t be used",
        "No later order completes",
    ):
        assert text in page.text
    assert "Also take back" not in page.text
    assert field(page.text, "seen") == "pending"


async def test_the_form_says_both_ways_for_a_completed_one(cast: Cast, desk_of: SignIn) -> None:
    page = await (await desk_of(cast.theo)).get(path((await completed(cast)).uid, "/new"))
    for text in ("Also take back the reward", "keeps 300 points", "loses 300 points"):
        assert text in page.text


async def test_a_fragment_has_no_shell(cast: Cast, desk_of: SignIn) -> None:
    answer = await (await desk_of(cast.theo)).get(path((await completed(cast)).uid, "/new"), htmx=True)
    assert "<html" not in answer.text
    assert 'id="dialog-title"' in answer.text
    assert "hx-post" in answer.text


async def test_cancelling_a_pending_one_in_the_dialog_and_undoing_it(cast: Cast, desk_of: SignIn) -> None:
    await with_coupon()
    uid, theo = (await invite(cast)).uid, await desk_of(cast.theo)
    answer = await theo.post(path(uid), htmx=True, at=f"{LIST}?span=all", seen="pending", key="k")
    assert toast(answer)["sentence"] == "Ines Okafor's referral of a friend has been cancelled"
    assert f'"path": "{LIST}?span=all"' in answer.headers["hx-location"]
    assert (await status_of(uid), await coupon_status()) == ("cancelled", "void")
    again = await theo.post(path(uid), htmx=True, seen="pending", key="k")
    assert toast(again) == toast(answer)
    undone = await theo.post(f"/admin/actions/{toast(answer)['undo']}/reversal", htmx=True, at=LIST)
    assert toast(undone)["sentence"] == "Ines Okafor's referral of a friend is pending again"
    assert (await status_of(uid), await coupon_status()) == ("pending", "outstanding")


async def test_cancelling_a_completed_one_takes_the_reward_back_only_when_ticked(
    cast: Cast, desk_of: SignIn
) -> None:
    uid, theo = (await completed(cast)).uid, await desk_of(cast.theo)
    answer = await theo.post(path(uid), htmx=True, at=LIST, seen="completed", key="k")
    assert (await status_of(uid), await factories.balance(cast.ines)) == ("cancelled", 300)
    await theo.post(f"/admin/actions/{toast(answer)['undo']}/reversal", htmx=True, at=LIST)
    answer = await theo.post(path(uid), htmx=True, at=LIST, seen="completed", take_back="on", key="k2")
    assert (await status_of(uid), await factories.balance(cast.ines)) == ("reversed", 0)
    await theo.post(f"/admin/actions/{toast(answer)['undo']}/reversal", htmx=True, at=LIST)
    assert (await status_of(uid), await factories.balance(cast.ines)) == ("completed", 300)


async def test_it_works_without_htmx_and_the_next_page_tells(cast: Cast, desk_of: SignIn) -> None:
    uid, theo = (await completed(cast)).uid, await desk_of(cast.theo)
    answer = await theo.post(path(uid), seen="completed", take_back="on", reason="Returned it", key="k")
    assert (answer.status_code, answer.headers["location"]) == (303, LIST)
    page = (await theo.get(LIST)).text
    assert "has been cancelled" in page
    assert "/reversal" in page
    assert "Reward taken back" in page


async def test_one_that_completed_meanwhile_shows_the_completed_form(cast: Cast, desk_of: SignIn) -> None:
    await with_coupon()
    uid, theo = (await invite(cast)).uid, await desk_of(cast.theo)
    await finn_orders(cast)
    answer = await theo.post(path(uid), htmx=True, seen="pending", reason="Mistake", key="k")
    assert answer.status_code == 409
    assert "This referral is completed by now" in answer.text
    assert "Also take back the reward" in answer.text
    assert field(answer.text, "seen") == "completed"
    assert field(answer.text, "reason") == "Mistake"
    assert await status_of(uid) == "completed"


async def test_a_code_used_a_moment_ago_is_refused_and_said(cast: Cast, desk_of: SignIn) -> None:
    await with_coupon()
    claimed, theo = await invite(cast), await desk_of(cast.theo)
    await codes.use(1, str(claimed.code), till="a", by=SYSTEM)
    answer = await theo.post(path(claimed.uid), htmx=True, seen="pending", key="k")
    assert answer.status_code == 409
    assert "just used the code" in answer.text
    assert 'type="submit"' not in answer.text


async def test_points_that_are_spent_cannot_be_taken_back(cast: Cast, desk_of: SignIn) -> None:
    uid = (await completed(cast)).uid
    await factories.give(cast.ines, -200, at=NOW)
    answer = await (await desk_of(cast.theo)).post(path(uid), seen="completed", take_back="on", key="k")
    assert answer.status_code == 422
    assert 'name="take_back" value="on" checked' in answer.text
    assert (await status_of(uid), await factories.balance(cast.ines)) == ("completed", 100)


async def test_a_bad_form_is_422_and_keeps_the_words(cast: Cast, desk_of: SignIn) -> None:
    uid = (await completed(cast)).uid
    answer = await (await desk_of(cast.theo)).post(path(uid), htmx=True, reason="x" * 501, key="k")
    assert answer.status_code == 422
    assert "This is too long." in answer.text
    assert "x" * 501 in answer.text
    assert await status_of(uid) == "completed"


async def test_somebody_elses_is_404_and_a_wrong_role_403(cast: Cast, desk_of: SignIn) -> None:
    uid = (await completed(cast)).uid
    nils = await desk_of(cast.nils, cast.other_programme_id)
    ana = await desk_of(await factories.staff(1, "Ana", StaffRole.ANALYST))
    for who, status in ((nils, 404), (ana, 403)):
        assert (await who.get(path(uid, "/new"))).status_code == status
        assert (await who.post(path(uid), seen="completed", key="k")).status_code == status
    assert await status_of(uid) == "completed"
