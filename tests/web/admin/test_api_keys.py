"""Settings → API keys. PRODUCT N2."""

import re

import pytest

from db.engine import rows, watched
from db.enums import StaffRole
from loyalty.api_keys.reading import caller
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.desk import toast

TYPED = {"name": "Ground floor till", "codes_use": "on", "customers_read": "on", "key": "k1"}


async def test_a_key_is_shown_once_and_never_cached(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    made = await mara.post("/admin/api-keys", **TYPED)
    assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
    secret = re.search(r'id="secret" readonly value="([^"]+)"', made.text)
    assert secret is not None
    by = await caller(secret[1])
    assert by is not None
    assert by.scopes == {"codes:use", "customers:read"}
    again = await mara.post("/admin/api-keys", **TYPED)
    assert 'id="secret"' not in again.text
    assert "shown then" in again.text
    with watched() as asked:
        page = await mara.get("/admin/api-keys")
    assert "Ground floor till" in page.text
    assert secret[1] not in page.text
    assert len(asked) <= 10


async def test_a_fragment_has_no_shell_and_draws_the_list_anew(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    assert "<html" not in (await mara.get("/admin/api-keys/new", htmx=True)).text
    made = await mara.post("/admin/api-keys", htmx=True, at="/admin/api-keys", **TYPED)
    assert "<html" not in made.text
    assert 'hx-swap-oob="outerMorph"' in made.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": " "}, "This is needed."),
        ({"codes_use": "", "customers_read": ""}, "tick what it may do"),
        ({"name": "x" * 81}, "This is too long."),
    ],
)
async def test_a_bad_form_is_422_and_keeps_the_words(
    cast: Cast, desk_of: SignIn, typed: dict[str, str], sentence: str
) -> None:
    answer = await (await desk_of(cast.mara)).post(
        "/admin/api-keys", **{**TYPED, "orders_write": "", **typed}
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert await rows("SELECT id FROM api_keys WHERE programme_id = 1") == []


async def test_a_revoked_key_stays_in_the_list_struck_out(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    await mara.post("/admin/api-keys", **TYPED)
    path = f"/admin/api-keys/{(await rows('SELECT uid FROM api_keys WHERE programme_id = 1'))[0]['uid']}/revocation"
    nils = await desk_of(cast.nils, cast.other_programme_id)
    assert (await nils.post(path)).status_code == 404
    gone = await mara.post(path, htmx=True, at="/admin/api-keys")
    assert toast(gone)["sentence"] == "API key Ground floor till has been revoked"
    assert toast(gone)["undo"]
    assert (await mara.post(path)).status_code == 409
    assert "Revoked" in (await mara.get("/admin/api-keys")).text


@pytest.mark.parametrize("role", [StaffRole.MANAGER, StaffRole.SERVICE, StaffRole.READ_ONLY])
async def test_only_owners_make_keys(cast: Cast, desk_of: SignIn, role: StaffRole) -> None:
    other = await desk_of(await factories.staff(1, "Other", role))
    assert (await other.get("/admin/api-keys")).status_code == 403
    assert (await other.post("/admin/api-keys", **TYPED)).status_code == 403
