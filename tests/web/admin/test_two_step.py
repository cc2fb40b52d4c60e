"""Two-step sign-in on screen: setting up, the code at sign-in, codes before sensitive acts. PRODUCT O1."""

import re
from datetime import timedelta
from urllib.parse import unquote

import httpx

from db.engine import run
from db.enums import StaffRole
from loyalty import clock, staff
from loyalty.rules.two_step import FINISH, FRESH, STEP
from loyalty.two_step.requiring import require
from tests import factories
from tests.cast import Cast
from tests.phones import Phone, set_up, uid_of
from tests.web.admin.conftest import SignIn
from tests.web.browsers import OWN_SITE
from tests.web.desk import Desk, toast

PAGE, SIGN_IN, CODE, PROOF = (
    "/admin/account/two-step",
    "/admin/sign-in",
    "/admin/sign-in/code",
    "/admin/account/proof",
)
PASSWORD = "four unrelated lamp words"
LATER = timedelta(seconds=2 * STEP)


async def with_password(cast: Cast) -> None:
    await staff.set_password(1, await uid_of(1, cast.theo), PASSWORD, by=cast.theo)


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.DOTALL)
    assert match is not None, pattern
    return match[1]


async def sent(desk: Desk, path: str, **fields: str) -> httpx.Response:
    """A form of somebody who isn't signed in."""
    return await desk.client.post(path, data=fields, headers={"Accept": "text/html", **OWN_SITE})


async def test_it_is_set_up_with_a_picture_a_secret_and_a_code_and_the_recovery_codes_are_shown_once(
    cast: Cast, desk_of: SignIn
) -> None:
    theo = await desk_of(cast.theo)
    assert "Set it up" in (await theo.get(PAGE)).text
    assert (await theo.post(PAGE)).headers["location"] == PAGE
    page = await theo.get(PAGE)
    assert page.headers["cache-control"] == "no-store"
    assert "<svg" in page.text
    assert "<image" not in page.text
    phone = Phone(found(r'class="secret">([A-Z2-7 ]+)<', page.text))
    wrong = await theo.post(f"{PAGE}/confirmation", code="000000")
    assert wrong.status_code == 422
    assert "code of the moment" in wrong.text
    done = await theo.post(f"{PAGE}/confirmation", code=phone.code())
    assert len(re.findall(r"<code>\w{4}-\w{4}-\w{4}</code>", done.text)) == 10
    assert done.headers["cache-control"] == "no-store"
    renewed = done.cookies["session"]
    assert renewed != theo.token
    theo.token = renewed
    page = await theo.get(PAGE)
    assert "10 codes are left" in page.text
    assert not re.search(r"<code>\w{4}-\w{4}-\w{4}</code>", page.text)


async def test_the_current_password_is_asked_first_where_there_is_one(cast: Cast, desk_of: SignIn) -> None:
    await with_password(cast)
    theo = await desk_of(cast.theo)
    wrong = await theo.post(PAGE, current="a guess")
    assert wrong.status_code == 422
    assert "isn’t your current password" in wrong.text
    assert (await theo.post(PAGE, current=PASSWORD)).status_code == 303


async def test_signing_in_asks_for_the_code_and_a_wrong_one_gets_one_answer(
    cast: Cast, desk_of: SignIn
) -> None:
    await with_password(cast)
    phone, codes = await set_up(1, cast.theo, password=PASSWORD)
    desk = await desk_of(cast.theo)
    desk.client.cookies.clear()
    assert (await desk.get(CODE)).headers["location"] == SIGN_IN
    first = await sent(
        desk, f"{SIGN_IN}?next=%2Fadmin%2Freviews", email="theo@shop.example", password=PASSWORD
    )
    assert unquote(first.headers["location"]) == f"{CODE}?next=/admin/reviews"
    assert "session" not in desk.client.cookies
    assert "Your code" in (await desk.get(CODE)).text
    with clock.at(clock.now() + LATER):
        answers = [
            await sent(desk, CODE, code=code)
            for code in ("000000", "no code", phone.code(clock.now() - 5 * LATER))
        ]
        told = {found(r'id="code-error">(.*?)</span>', answer.text) for answer in answers}
        assert len(told) == 1
        assert {answer.status_code for answer in answers} == {422}
        done = await sent(desk, f"{CODE}?next=%2Fadmin%2Freviews", code=phone.code())
    assert done.headers["location"] == "/admin/reviews"
    assert (await desk.get("/admin/reviews")).status_code == 200
    assert (await desk.get(CODE)).headers["location"] == SIGN_IN
    assert codes


async def test_a_link_takes_a_code_too_and_a_recovery_code_will_do(cast: Cast, desk_of: SignIn) -> None:
    _, codes = await set_up(1, cast.theo)
    desk = await desk_of(cast.theo)
    desk.client.cookies.clear()
    token = await staff.sign_in_link(1, await uid_of(1, cast.theo), by=cast.mara)
    assert (await sent(desk, f"{SIGN_IN}/link/{token}")).headers["location"].startswith(CODE)
    assert (await sent(desk, CODE, code=codes[0])).status_code == 303
    assert (await desk.get("/admin/customers")).status_code == 200


async def test_sensitive_pages_take_a_code_first_and_come_back(cast: Cast, desk_of: SignIn) -> None:
    mara, theo = await desk_of(cast.mara), await uid_of(1, cast.theo)
    phone, _ = await set_up(1, cast.mara, token=mara.token)
    path = f"/admin/staff/{theo}/role/new"
    asked = await mara.get(path)
    assert unquote(asked.headers["location"]) == f"{PROOF}?next={path}"
    dialog = await mara.get(path, htmx=True)
    assert dialog.headers["hx-redirect"].startswith(PROOF)
    assert "<html" not in dialog.text
    refused = await mara.post(f"/admin/staff/{theo}/role", at="/admin/staff", role="manager")
    assert unquote(refused.headers["location"]) == f"{PROOF}?next=/admin/staff"
    with clock.at(clock.now() + LATER):
        wrong = await mara.post(PROOF, code="000000")
        assert wrong.status_code == 422
        right = await mara.post(f"{PROOF}?next={path}", code=phone.code())
        assert right.headers["location"] == path
        old, mara.token = mara.token, right.cookies["session"]
        assert old != mara.token
        assert (await mara.get(path)).status_code == 200
    with clock.at(clock.now() + LATER + FRESH):
        assert (await mara.get(path)).status_code == 303
        assert (await mara.post(f"/admin/staff/{theo}/role", role="manager")).headers[
            "location"
        ] == "/admin/staff"
    with clock.at(clock.now() + LATER + FRESH + FINISH):
        late = await mara.post(f"/admin/staff/{theo}/role", role="analyst")
        assert late.headers["location"].startswith(PROOF)


async def test_turning_it_off_takes_a_code(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    phone, _ = await set_up(1, cast.theo, token=theo.token)
    assert (await theo.post(f"{PAGE}/ending")).headers["location"].startswith(PROOF)
    with clock.at(clock.now() + LATER):
        theo.token = (await theo.post(PROOF, code=phone.code())).cookies["session"]
        assert len(re.findall(r"<code>\w{4}-", (await theo.post(f"{PAGE}/codes")).text)) == 10
        assert (await theo.post(f"{PAGE}/ending")).headers["location"] == PAGE
    assert "is off" in await theo.said()


async def test_a_role_that_must_have_it_is_led_to_set_it_up_and_nowhere_else(
    cast: Cast, desk_of: SignIn
) -> None:
    theo, mara = await desk_of(cast.theo), await desk_of(cast.mara)
    form = await mara.get("/admin/staff/two-step/new", htmx=True)
    assert "<html" not in form.text
    answer = await mara.post("/admin/staff/two-step", htmx=True, role="service")
    assert toast(answer)["sentence"] == "Two-step sign-in: required of service staff."
    again = await mara.post("/admin/staff/two-step", role="service")
    assert again.status_code == 409
    assert "chosen already" in again.text
    assert (await theo.get("/admin/customers")).headers["location"].startswith(PAGE)
    assert "Your role must sign in in two steps" in (await theo.get(PAGE)).text
    assert (await mara.get("/admin/customers")).status_code == 200


async def test_an_owner_resets_somebodys_and_nobody_else_does(cast: Cast, desk_of: SignIn) -> None:
    await set_up(1, cast.theo)
    path = f"/admin/staff/{await uid_of(1, cast.theo)}/two-step-reset"
    gus = await desk_of(await factories.staff(1, "Gus", StaffRole.MANAGER))
    assert (await gus.post(path)).status_code == 403
    assert (await (await desk_of(cast.nils, cast.other_programme_id)).post(path)).status_code == 404
    mara = await desk_of(cast.mara)
    assert "Reset code" in (await mara.get("/admin/staff")).text
    assert "signed out everywhere" in (await mara.get(f"{path}/new", htmx=True)).text
    assert toast(await mara.post(path, htmx=True))["sentence"] == "Theo’s two-step sign-in was reset."
    assert (await mara.post(path)).status_code == 409


async def test_a_secret_nobody_can_read_any_more_signs_nobody_in(cast: Cast, desk_of: SignIn) -> None:
    phone, _ = await set_up(1, cast.theo)
    await run("UPDATE staff SET totp_secret = 'v1.AAAA' WHERE programme_id = 1 AND id = {}", cast.theo.id)
    await require(1, {StaffRole.SERVICE}, by=cast.mara)
    theo = await desk_of(cast.theo)
    with clock.at(clock.now() + LATER):
        assert (await theo.post(PROOF, code=phone.code())).status_code == 422
