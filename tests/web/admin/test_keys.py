"""The keys' page and the choice to switch single keys off. Issue 3, WCAG 2.1.4."""

from db.enums import StaffRole
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn

KEYS = "/admin/keys"


async def test_the_page_lists_the_keys_of_where_one_may_go(cast: Cast, desk_of: SignIn) -> None:
    page = (await (await desk_of(cast.mara)).get(KEYS)).text
    for text in ("Search customers", "<kbd>g</kbd> then <kbd>c</kbd>", "Audit log", "Switch single keys off"):
        assert text in page
    reader = await factories.staff(1, "Lee", StaffRole.READ_ONLY)
    assert "<kbd>l</kbd></dt><dd>Audit log" not in (await (await desk_of(reader)).get(KEYS)).text


async def test_as_a_dialog_it_has_no_shell(cast: Cast, desk_of: SignIn) -> None:
    part = (await (await desk_of(cast.theo)).get(KEYS, htmx=True)).text
    assert "<html" not in part
    assert 'id="dialog-title"' in part


async def test_single_keys_are_switched_off_for_this_browser_and_on_again(
    cast: Cast, desk_of: SignIn
) -> None:
    desk = await desk_of(cast.theo)
    assert 'data-keys="on"' in (await desk.get(KEYS)).text
    answer = await desk.post(KEYS, at="/admin/customers?q=ines", keys="off")
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/customers?q=ines")
    page = (await desk.get(KEYS)).text
    assert 'data-keys="off"' in page
    assert "<kbd class=" not in page
    assert "Switch single keys on" in page
    await desk.post(KEYS, at="https://elsewhere.example/", keys="on")
    assert 'data-keys="on"' in (await desk.get(KEYS)).text
