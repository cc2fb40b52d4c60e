"""Engage → Automations: begun, looked through, switched on, paused, put away, as a merchant does. PRODUCT M5."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.engine import watched
from loyalty import clock, due
from loyalty.automations.ready import READY
from loyalty.mail import transport
from loyalty.segments.refreshing import refresh
from tests import factories
from tests.automating import work
from tests.campaigning import NOON, agree
from tests.cast import Cast
from tests.mailbox import Mailbox, mailbox
from tests.web.admin.conftest import SignIn
from tests.web.desk import Desk, field, toast

__all__ = ["mailbox"]

INDEX = "/admin/automations"
WHEN = {"trigger": "first_order", "delay": "2", "unit": "hours", "exits": "ordered", "pause_days": "30"}


@pytest.fixture(autouse=True)
async def at_noon(cast: Cast) -> AsyncIterator[None]:
    transport.server.forgive()
    with clock.at(NOON):
        await refresh(1, night=True)
        yield
    transport.server.forgive()


async def begun(desk: Desk, like: str, key: str = "k", **more: str) -> str:
    answer = await desk.post(INDEX, like=like, key=key, **more)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_a_merchant_begins_one_changes_when_it_begins_and_switches_it_on(
    cast: Cast, desk_of: SignIn, mailbox: Mailbox
) -> None:
    mara = await desk_of(cast.mara)
    assert "Choose the first" in (await mara.get(INDEX)).text
    new = (await mara.get(f"{INDEX}/new")).text
    assert all(each.name in new for each in READY)
    assert (await mara.post(INDEX, like="", name="")).status_code == 422
    page = await begun(mara, "welcome")
    assert page == await begun(mara, "welcome")
    shown = (await mara.get(page)).text
    assert "When somebody joins, send the message." in shown
    draft = shown.split("/admin/campaigns/")[1].split("/")[0]
    step = f"/admin/campaigns/{draft}/trigger"
    assert (await mara.get(f"/admin/campaigns/{draft}/audience")).headers["location"] == step
    version = field((await mara.get(step)).text, "version")
    wrong = await mara.post(step, version=version, **{**WHEN, "delay": "lots", "trigger": "segment"})
    assert (wrong.status_code, 'value="lots"' in wrong.text) == (422, True)
    nowhere = await mara.post(step, version=version, **{**WHEN, "trigger": "segment"})
    assert "Choose a segment that isn’t archived" in nowhere.text
    vips = re.findall(r'name="without" value="([^"]+)"><span>VIPs', (await mara.get(step)).text)[0]
    both = {**WHEN, "trigger": "segment", "segment": vips, "without": vips}
    assert "can’t be kept out" in (await mara.post(step, version=version, **both)).text
    assert (await mara.post(step, version=version, **WHEN, without=vips)).status_code == 303
    assert f'value="{vips}" checked' in (await mara.get(step)).text
    stale = await mara.post(step, version=version, **{**WHEN, "delay": "3"})
    assert (stale.status_code, "<td>2 hours</td><td>3 hours</td>" in stale.text) == (409, True)
    shown = (await mara.get(page)).text
    assert "wait 2 hours, then send the message unless they ordered since." in shown
    assert "Nobody of VIPs gets it. Nobody gets it twice within 30 days." in shown
    assert (await mara.get(f"/admin/campaigns/{draft}/review")).headers["location"] == page
    told = await mara.post(f"{page}/test-mails", htmx=True, key="t")
    assert "mara@shop.example" in toast(told)["sentence"]
    told = await mara.post(f"{page}/switching-on", htmx=True, version=field(shown, "version"))
    assert toast(told)["sentence"] == "“Welcome” is switched on"
    assert (await mara.get(step)).headers["location"] == page
    assert "Pause it" in (await mara.post(f"/admin/campaigns/{draft}/offer", kind="none", version="1")).text

    await agree(cast.ines)
    with clock.at(NOON + timedelta(minutes=1)):
        await factories.order(cast.ines, cast.web.id, 1000, at=clock.now())
        await due.note(1, cast.ines.id)
    await work(NOON + timedelta(minutes=2))
    assert "Ines Okafor" in (await mara.get(page, only="later")).text
    await work(NOON + timedelta(hours=3))
    shown = (await mara.get(page)).text
    assert "Ines Okafor" in shown
    assert "Delivered" in shown or "Held back" in shown
    assert "from each person’s moment on" in (await mara.get(f"/admin/campaigns/{draft}/report")).text


async def test_who_may_not_and_whose_it_isnt(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    page = await begun(mara, "vips")
    nils, theo = await desk_of(cast.nils, cast.other_programme_id), await desk_of(cast.theo)
    assert (await nils.get(page)).status_code == 404
    assert (await theo.get(page)).status_code == 200
    assert (await theo.post(f"{page}/switching-on", version="1")).status_code == 403
    with watched() as asked:
        assert "When somebody enters VIPs" in (await mara.get(INDEX)).text
    assert sum("automation" in sql for sql in asked) == 3
    whole, part = await mara.get(page), await mara.get(page, htmx=True)
    assert ("<html" in whole.text, "<html" in part.text) == (True, False)
    await mara.post(f"{page}/archiving")
    assert "Choose the first" in (await mara.get(INDEX)).text
