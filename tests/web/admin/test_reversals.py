"""Undo, from the toast. PRODUCT O1."""

import pytest

from db.enums import StaffRole
from loyalty.ledger.adjusting import adjust
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.desk import toast


@pytest.fixture
async def action(cast: Cast) -> str:
    """Theo gave Ines 50 points; the uid of what he did."""
    done = await adjust(1, cast.ines.id, 50, by=cast.theo, reason="Late parcel", key="k")
    assert done.action is not None
    return f"/admin/actions/{done.action.uid}/reversal"


async def test_undo_draws_the_page_it_was_pressed_on_anew(cast: Cast, desk_of: SignIn, action: str) -> None:
    here = f"/admin/customers/{cast.ines.uid}?tab=lots"
    answer = await (await desk_of(cast.theo)).post(action, htmx=True, at=here)
    assert toast(answer)["sentence"] == "Ines Okafor has 0 points again"
    assert f'"path": "{here}"' in answer.headers["hx-location"]
    assert answer.text == ""


async def test_without_htmx_it_returns_to_the_page_and_tells(
    cast: Cast, desk_of: SignIn, action: str
) -> None:
    theo, here = await desk_of(cast.theo), f"/admin/customers/{cast.ines.uid}"
    answer = await theo.post(action, at=here)
    assert (answer.status_code, answer.headers["location"]) == (303, here)
    assert "Ines Okafor has 0 points again" in (await theo.get(here)).text


async def test_undo_never_leads_to_another_site(cast: Cast, desk_of: SignIn, action: str) -> None:
    theo = await desk_of(cast.theo)
    theo.client.headers["Referer"] = "https://elsewhere.example/admin/customers"
    assert (await theo.post(action)).headers["location"] == "/admin/customers"


async def test_a_second_undo_is_refused(cast: Cast, desk_of: SignIn, action: str) -> None:
    theo = await desk_of(cast.theo)
    await theo.post(action)
    again = await theo.post(action, htmx=True)
    assert again.status_code == 409
    assert "already been undone" in again.headers["hx-trigger"]
    assert await factories.balance(cast.ines) == 0


async def test_the_desk_undoes_only_its_own_and_a_manager_anybodys(
    cast: Cast, desk_of: SignIn, action: str
) -> None:
    other = await desk_of(await factories.staff(1, "Tilda", StaffRole.SERVICE))
    refused = await other.post(action)
    assert refused.status_code == 403
    assert "Ask a manager" in refused.text
    manager = await desk_of(await factories.staff(1, "Mo", StaffRole.MANAGER))
    assert (await manager.post(action)).status_code == 303


async def test_somebody_elses_action_is_404(cast: Cast, desk_of: SignIn, action: str) -> None:
    nils = await desk_of(cast.nils, cast.other_programme_id)
    assert (await nils.post(action)).status_code == 404


async def test_who_only_reads_may_not_undo(cast: Cast, desk_of: SignIn, action: str) -> None:
    reader = await desk_of(await factories.staff(1, "Reader", StaffRole.ANALYST))
    assert (await reader.post(action)).status_code == 403
