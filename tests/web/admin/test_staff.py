"""Settings → Staff: inviting, roles, limits, leaving. PRODUCT O1, C7."""

import re

from db.engine import value, watched
from db.enums import StaffRole
from loyalty import staff
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.desk import field, toast

STAFF, INVITATIONS = "/admin/staff", "/admin/staff/invitations"


async def uid_of(name: str) -> str:
    return str(await value("SELECT uid FROM staff WHERE programme_id = 1 AND name = {}", name))


async def role_of(name: str) -> str:
    return str(await value("SELECT role FROM staff WHERE programme_id = 1 AND name = {}", name))


async def test_the_list_shows_who_works_here_and_who_may_do_what(cast: Cast, desk_of: SignIn) -> None:
    page = (await (await desk_of(cast.mara)).get(STAFF)).text
    for text in ("Mara", "Theo", "Never signed in", "No adjustment limit", "Who may do what", "Read-only"):
        assert text in page
    assert "Nils" not in page


async def test_the_list_takes_the_same_few_queries_for_any_number_of_people(
    cast: Cast, desk_of: SignIn
) -> None:
    desk = await desk_of(cast.mara)
    for number in range(20):
        await factories.staff(1, f"Helper{number}", StaffRole.SERVICE)
    with watched() as asked:
        await desk.get(STAFF)
    assert len(asked) <= 6


async def test_an_invitation_shows_its_link_once_and_the_link_opens_the_admin(
    cast: Cast, desk_of: SignIn
) -> None:
    desk = await desk_of(cast.mara)
    assert "<h1>Invite somebody</h1>" in (await desk.get(f"{INVITATIONS}/new")).text
    answer = await desk.post(INVITATIONS, email="Zoe@shop.example", name="Zoe", role="manager")
    assert answer.status_code == 201 or answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    link = re.search(r'value="([^"]*/admin/sign-in/link/[^"]*)"', answer.text)
    assert link is not None
    account = await staff.by_link(link[1].rpartition("/")[2])
    assert account is not None
    assert (account.email, account.role) == ("zoe@shop.example", StaffRole.MANAGER)
    assert link[1] not in (await desk.get(STAFF)).text


async def test_in_the_dialog_the_link_comes_with_the_new_list_and_no_shell(
    cast: Cast, desk_of: SignIn
) -> None:
    desk = await desk_of(cast.mara)
    form = (await desk.get(f"{INVITATIONS}/new", htmx=True)).text
    assert "<html" not in form
    answer = await desk.post(INVITATIONS, htmx=True, email="zoe@shop.example", role="analyst")
    assert "<html" not in answer.text
    assert "/admin/sign-in/link/" in answer.text
    assert 'id="people"' in answer.text
    assert "zoe@shop.example" in answer.text


async def test_a_bad_invitation_is_422_and_keeps_the_words(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    answer = await desk.post(INVITATIONS, htmx=True, email="no address", name="Zoe", role="analyst")
    assert answer.status_code == 422
    assert "isn’t an e-mail address" in answer.text or "isn&#39;t an e-mail address" in answer.text
    assert 'value="Zoe"' in answer.text
    missing = await desk.post(INVITATIONS, email="zoe@shop.example", role="king")
    assert missing.status_code == 422
    assert "Choose one from the list." in missing.text
    again = await desk.post(INVITATIONS, email="theo@shop.example", role="manager")
    assert again.status_code == 409
    assert "works here already" in again.text


async def test_changing_a_role_says_so_and_signs_them_out(cast: Cast, desk_of: SignIn) -> None:
    mara, theo = await desk_of(cast.mara), await desk_of(cast.theo)
    path = f"{STAFF}/{await uid_of('Theo')}/role"
    form = (await mara.get(f"{path}/new", htmx=True)).text
    answer = await mara.post(path, htmx=True, role="manager", version=field(form, "version"))
    assert toast(answer)["sentence"] == "Theo is now manager."
    assert await role_of("Theo") == "manager"
    assert (await theo.get("/admin/customers")).status_code == 303


async def test_a_stale_role_form_is_409_and_changes_nothing(cast: Cast, desk_of: SignIn) -> None:
    mara, uid = await desk_of(cast.mara), await uid_of("Theo")
    path = f"{STAFF}/{uid}/role"
    stale = field((await mara.get(f"{path}/new")).text, "version")
    await staff.change_role(1, uid, StaffRole.ANALYST, by=cast.mara)
    answer = await mara.post(path, role="manager", version=stale)
    assert answer.status_code == 409
    assert "analyst" in answer.text
    assert await role_of("Theo") == "analyst"


async def test_the_last_owner_keeps_the_role_and_stays(cast: Cast, desk_of: SignIn) -> None:
    mara, uid = await desk_of(cast.mara), await uid_of("Mara")
    answer = await mara.post(f"{STAFF}/{uid}/role", role="manager")
    assert answer.status_code == 403
    assert "Mara is the only owner" in answer.text
    assert (await mara.post(f"{STAFF}/{uid}/departure")).status_code == 403
    assert await role_of("Mara") == "owner"


async def test_limits_are_set_without_htmx_and_shown(cast: Cast, desk_of: SignIn) -> None:
    manager = await desk_of(await factories.staff(1, "Gus", StaffRole.MANAGER))
    path = f"{STAFF}/{await uid_of('Theo')}/limits"
    version = field((await manager.get(f"{path}/new")).text, "version")
    answer = await manager.post(path, limit="1,000", per_day="", version=version)
    assert (answer.status_code, answer.headers["location"]) == (303, STAFF)
    assert "up to 1,000 points at a time" in await manager.said()
    assert "up to 1,000 at a time" in (await manager.get(STAFF)).text
    stale = await manager.post(path, limit="5", per_day="", version=version)
    assert stale.status_code == 409
    assert "up to 1,000 points at a time" in stale.text


async def test_bad_limits_are_422_and_keep_the_words(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    answer = await mara.post(f"{STAFF}/{await uid_of('Theo')}/limits", htmx=True, limit="-5", per_day="1e3")
    assert answer.status_code == 422
    assert 'value="-5"' in answer.text
    assert 'value="1e3"' in answer.text


async def test_a_manager_limits_neither_owners_nor_themselves(cast: Cast, desk_of: SignIn) -> None:
    manager = await desk_of(await factories.staff(1, "Gus", StaffRole.MANAGER))
    for name in ("Mara", "Gus"):
        answer = await manager.post(f"{STAFF}/{await uid_of(name)}/limits", limit="5")
        assert answer.status_code == 403, name
        assert "Only an owner" in answer.text


async def test_removing_somebody_lists_what_it_means_and_ends_their_access(
    cast: Cast, desk_of: SignIn
) -> None:
    mara, theo = await desk_of(cast.mara), await desk_of(cast.theo)
    path = f"{STAFF}/{await uid_of('Theo')}/departure"
    assert "signed out everywhere" in (await mara.get(f"{path}/new", htmx=True)).text
    answer = await mara.post(path, htmx=True)
    assert toast(answer)["sentence"] == "Theo no longer works here."
    assert (await theo.get("/admin/customers")).status_code == 303
    assert (await mara.post(path)).status_code == 404


async def test_a_new_link_is_made_for_whoever_forgot_the_password(cast: Cast, desk_of: SignIn) -> None:
    answer = await (await desk_of(cast.mara)).post(f"{STAFF}/{await uid_of('Theo')}/link", htmx=True)
    assert "/admin/sign-in/link/" in answer.text


async def test_somebody_elses_staff_is_404(cast: Cast, desk_of: SignIn) -> None:
    nils, uid = await desk_of(cast.nils, cast.other_programme_id), await uid_of("Theo")
    for noun in ("role", "limits", "departure"):
        assert (await nils.get(f"{STAFF}/{uid}/{noun}/new")).status_code == 404, noun
    assert (await nils.post(f"{STAFF}/{uid}/link")).status_code == 404


async def test_only_owners_manage_and_the_desk_sees_nothing(cast: Cast, desk_of: SignIn) -> None:
    theo, uid = await desk_of(cast.theo), await uid_of("Mara")
    assert (await theo.get(STAFF)).status_code == 403
    manager = await desk_of(await factories.staff(1, "Gus", StaffRole.MANAGER))
    assert (await manager.get(STAFF)).status_code == 200
    for path in (f"{STAFF}/{uid}/role", f"{STAFF}/{uid}/departure", f"{STAFF}/{uid}/link", INVITATIONS):
        assert (await manager.post(path)).status_code == 403, path
