"""My account: own name and address, password, browsers. PRODUCT O1."""

from db.engine import value
from db.enums import StaffRole
from loyalty import staff
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.desk import field

ACCOUNT = "/admin/account"
OLD, NEW = "four unrelated lamp words", "gravel otter cabinet plume"


async def uid_of(name: str) -> str:
    return str(await value("SELECT uid FROM staff WHERE programme_id = 1 AND name = {}", name))


async def test_everybody_sees_their_own_account(cast: Cast, desk_of: SignIn) -> None:
    page = (await (await desk_of(cast.theo)).get(ACCOUNT)).text
    for text in ('value="Theo"', 'value="theo@shop.example"', "Choose a password", "This one", "192.0.2.1"):
        assert text in page
    assert "Current password" not in page


async def test_name_and_address_change_and_show(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.theo)
    version = field((await desk.get(ACCOUNT)).text, "version")
    email = "Theo.B@Shop.example"
    answer = await desk.post(f"{ACCOUNT}/details", name="Theo B", email=email, version=version)
    assert (answer.status_code, answer.headers["location"]) == (303, ACCOUNT)
    assert 'value="theo.b@shop.example"' in (await desk.get(ACCOUNT)).text
    stale = await desk.post(f"{ACCOUNT}/details", name="Theodor", email=email, version=version)
    assert stale.status_code == 409
    assert "it says Theo B" in stale.text
    assert 'value="Theodor"' in stale.text


async def test_a_bad_address_is_422_and_a_taken_one_409_and_both_keep_the_words(
    cast: Cast, desk_of: SignIn
) -> None:
    desk = await desk_of(cast.theo)
    for email, status in (("nowhere", 422), ("mara@shop.example", 409)):
        answer = await desk.post(f"{ACCOUNT}/details", name="Teo", email=email)
        assert answer.status_code == status
        assert 'value="Teo"' in answer.text
        assert f'value="{email}"' in answer.text
    assert (await desk.post(f"{ACCOUNT}/details", name="", email="t@shop.example")).status_code == 422


async def test_the_owner_of_the_first_link_says_an_address_first(cast: Cast, desk_of: SignIn) -> None:
    added = await staff.add(1, "owner@regulars.invalid", StaffRole.OWNER, by=cast.mara)
    assert added.link_token
    account = await staff.by_link(added.link_token)
    assert account is not None
    assert (
        'id="email" name="email" type="email" autocomplete="email"\n    value=""'
        in (await (await desk_of(account.actor)).get(ACCOUNT)).text
    )


async def test_a_new_password_asks_the_current_one_and_signs_other_browsers_out(
    cast: Cast, desk_of: SignIn
) -> None:
    desk, other = await desk_of(cast.theo), await desk_of(cast.theo)
    assert (await desk.post(f"{ACCOUNT}/password", password=OLD)).status_code == 303
    assert (await other.get(ACCOUNT)).status_code == 303
    assert "Current password" in (await desk.get(ACCOUNT)).text
    wrong = await desk.post(f"{ACCOUNT}/password", current="a guess", password=NEW)
    assert wrong.status_code == 422
    assert "isn’t your current password" in wrong.text
    weak = await desk.post(f"{ACCOUNT}/password", current=OLD, password="short")
    assert weak.status_code == 422
    assert "at least 12 characters" in weak.text
    assert "short" not in weak.text.replace("short-", "")
    assert (await desk.post(f"{ACCOUNT}/password", current=OLD, password=NEW)).status_code == 303
    assert await staff.by_password("theo@shop.example", NEW) is not None


async def test_guessing_the_current_password_is_stopped(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.theo)
    await desk.post(f"{ACCOUNT}/password", password=OLD)
    for _ in range(10):
        await desk.post(f"{ACCOUNT}/password", current="a guess", password=NEW)
    answer = await desk.post(f"{ACCOUNT}/password", current=OLD, password=NEW)
    assert answer.status_code == 429


async def test_another_browser_of_ones_own_is_signed_out_and_nobody_elses(
    cast: Cast, desk_of: SignIn
) -> None:
    desk, other, mara = await desk_of(cast.theo), await desk_of(cast.theo), await desk_of(cast.mara)
    uids = {
        who: await value(
            "SELECT uid FROM sessions WHERE programme_id = 1 AND subject_id = {} ORDER BY id DESC", who.id
        )
        for who in (cast.theo, cast.mara)
    }
    answer = await desk.post(f"{ACCOUNT}/browsers/{uids[cast.theo]}/ending", htmx=True)
    assert answer.status_code == 200
    assert (await other.get(ACCOUNT)).status_code == 303
    refused = await desk.post(f"{ACCOUNT}/browsers/{uids[cast.mara]}/ending")
    assert refused.status_code == 404
    assert (await mara.get(ACCOUNT)).status_code == 200
