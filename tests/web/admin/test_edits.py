"""Editing the profile card in place. PRODUCT B4."""

from typing import Any

import pytest

from db.engine import value, watched
from db.enums import CustomerField, StaffRole
from loyalty.customers import privacy
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.desk import field, toast


def path(cast: Cast, what: str) -> str:
    return f"/admin/customers/{cast.ines.uid}/edits/{what}"


@pytest.mark.parametrize("what", CustomerField)
async def test_each_field_opens_in_its_row_and_as_a_page(
    cast: Cast, desk_of: SignIn, what: CustomerField
) -> None:
    theo = await desk_of(cast.theo)
    with watched() as asked:
        row = (await theo.get(path(cast, what), htmx=True)).text
    assert row.strip().startswith(f'<div id="fact-{what}"')
    assert "<html" not in row
    assert f'hx-post="{path(cast, what)}"' in row
    assert len(asked) <= 6
    page = (await theo.get(path(cast, what))).text
    assert "<h1>" in page
    assert f'action="{path(cast, what)}"' in page
    assert "hx-post" not in page[page.index("<dl") : page.index("</dl>")]


@pytest.mark.parametrize(
    ("what", "sent", "shown"),
    [
        ("name", {"first_name": "Inês", "last_name": "Lima"}, "Inês Lima"),
        ("birthday", {"day": "9", "month": "12", "year": ""}, "9 December"),
        ("email", {"email": "ines@new.example"}, "ines@new.example"),
        ("phone", {"phone": "+34 600 123 456"}, "+34 600 123 456"),
        ("tags", {"tags": "wholesale, berlin"}, "berlin"),
    ],
)
async def test_saving_tells_it_and_the_card_shows_it(
    cast: Cast, desk_of: SignIn, what: str, sent: dict[str, str], shown: str
) -> None:
    theo, here = await desk_of(cast.theo), f"/admin/customers/{cast.ines.uid}"
    version = field((await theo.get(path(cast, what), htmx=True)).text, "version")
    answer = await theo.post(path(cast, what), htmx=True, at=here, version=version, key="k1", **sent)
    assert toast(answer)["sentence"].endswith(" changed")
    card = (await theo.get(here)).text
    days = shown.split()[::-1]
    assert shown in card or " ".join(days) in card
    await theo.post(f"/admin/actions/{toast(answer)['undo']}/reversal", htmx=True, at=here)
    assert field((await theo.get(path(cast, what), htmx=True)).text, "version") == version


async def test_a_stale_edit_is_409_shows_the_other_value_and_may_be_saved_anyway(
    cast: Cast, desk_of: SignIn
) -> None:
    theo, mara = await desk_of(cast.theo), await desk_of(cast.mara)
    version = field((await theo.get(path(cast, "birthday"))).text, "version")
    await mara.post(path(cast, "birthday"), day="9", month="12", year="1991", version=version, key="k1")
    mine: dict[str, Any] = {"day": "8", "month": "12", "year": ""}
    stale = await theo.post(path(cast, "birthday"), htmx=True, version=version, key="k2", **mine)
    assert stale.status_code == 409
    assert "9 December 1991" in stale.text or "December 9, 1991" in stale.text
    assert 'name="day" type="text" autocomplete="off" value="8"' in stale.text
    assert "Save anyway" in stale.text
    again = field(stale.text, "version")
    done = await theo.post(path(cast, "birthday"), version=again, key="k3", **mine)
    assert done.status_code == 303
    assert (
        await value("SELECT birth_day FROM customers WHERE programme_id = 1 AND id = {}", cast.ines.id) == 8
    )


async def test_a_taken_address_is_409_and_leads_to_whose_it_is(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    version = field((await theo.get(path(cast, "email"))).text, "version")
    answer = await theo.post(path(cast, "email"), email="rex@example.org", version=version, key="k1")
    assert answer.status_code == 409
    assert "This address belongs to Rex Moreau." in answer.text
    assert f'href="/admin/customers/{cast.rex.uid}"' in answer.text
    assert 'value="rex@example.org"' in answer.text


@pytest.mark.parametrize(
    ("what", "sent", "kept"),
    [
        ("name", {"first_name": "", "last_name": " "}, "first or a last name"),
        ("birthday", {"day": "30", "month": "2"}, 'value="30"'),
        ("birthday", {"day": "9" * 40, "month": "2"}, 'value="999'),
        ("birthday", {"day": "1", "month": "soon"}, 'value="1"'),
        ("birthday", {"day": "1", "month": "1", "year": "0"}, 'value="0"'),
        ("email", {"email": "ines at home"}, 'value="ines at home"'),
        ("phone", {"phone": "call me"}, 'value="call me"'),
        ("tags", {"tags": "x" * 61}, 'value="xxx'),
    ],
)
async def test_a_bad_form_is_422_and_keeps_the_words(
    cast: Cast, desk_of: SignIn, what: str, sent: dict[str, str], kept: str
) -> None:
    theo = await desk_of(cast.theo)
    version = field((await theo.get(path(cast, what))).text, "version")
    answer = await theo.post(path(cast, what), htmx=True, version=version, key="k1", **sent)
    assert answer.status_code == 422
    assert kept in answer.text
    assert 'aria-invalid="true"' in answer.text


async def test_a_double_click_edits_once(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    version = field((await theo.get(path(cast, "phone"))).text, "version")
    for _ in range(2):
        answer = await theo.post(path(cast, "phone"), phone="+34 600 123 456", version=version, key="k1")
        assert answer.status_code == 303
    assert await value("SELECT count(*) FROM customer_edits WHERE programme_id = 1") == 1


@pytest.mark.parametrize("version", ["", "nonsense", "9" * 30])
async def test_a_made_up_version_counts_as_stale(cast: Cast, desk_of: SignIn, version: str) -> None:
    theo = await desk_of(cast.theo)
    answer = await theo.post(path(cast, "phone"), phone="+34 600 123 456", version=version, key="k1")
    assert answer.status_code == 409


async def test_strangers_the_erased_and_other_fields_are_404(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    await privacy.erase(1, cast.rex.id, reason="Asked for it")
    for address in (
        f"/admin/customers/{cast.ada.uid}/edits/name",
        f"/admin/customers/{cast.rex.uid}/edits/name",
        path(cast, "type"),
    ):
        assert (await theo.get(address)).status_code == 404
        assert (await theo.post(address, first_name="X", version="1", key="k1")).status_code == 404


async def test_the_wrong_role_sees_no_pencils_and_is_refused(cast: Cast, desk_of: SignIn) -> None:
    reader = await desk_of(await factories.staff(1, "Ana", StaffRole.ANALYST))
    assert "/edits/" not in (await reader.get(f"/admin/customers/{cast.ines.uid}")).text
    assert (await reader.get(path(cast, "name"))).status_code == 403
    assert (await reader.post(path(cast, "name"), first_name="X", key="k1")).status_code == 403
