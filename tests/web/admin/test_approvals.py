"""Approvals: asking from the adjust form, deciding in the queue. PRODUCT C7."""

from typing import Any

import pytest

from db.engine import run, value, watched
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.desk import Desk, toast

QUEUE = "/admin/approvals"
TYPED: dict[str, Any] = {"reason": "Cake arrived broken", "direction": "add", "key": "k1", "points": "500"}


@pytest.fixture(autouse=True)
async def limit(cast: Cast) -> None:
    """Theo may adjust by 100 at a time."""
    await run("UPDATE staff SET adjust_limit = 100 WHERE programme_id = 1 AND id = {}", cast.theo.id)


def form(cast: Cast, rest: str = "") -> str:
    return f"/admin/customers/{cast.ines.uid}/adjustments{rest}"


async def asked(cast: Cast, theo: Desk) -> str:
    """A request of Theo's; its path."""
    assert (await theo.post(form(cast), ask="yes", **TYPED)).status_code == 303
    uid = await value("SELECT uid FROM approvals WHERE programme_id = 1 ORDER BY id DESC")
    return f"{QUEUE}/{uid}"


async def test_the_form_offers_a_second_person_only_above_the_limit(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    preview = (await theo.get(form(cast, "/preview"), htmx=True, points="500", direction="add")).text
    assert "Ask a second person" in preview
    assert "Use +100 instead" in preview
    for points in ("100", "-500"):
        other = (await theo.get(form(cast, "/preview"), htmx=True, points=points, direction="add")).text
        assert "Ask a second person" not in other


async def test_without_asking_it_stays_422_and_keeps_the_words(cast: Cast, desk_of: SignIn) -> None:
    answer = await (await desk_of(cast.theo)).post(form(cast), htmx=True, **TYPED)
    assert answer.status_code == 422
    assert 'value="Cake arrived broken"' in answer.text
    assert 'name="ask"' in answer.text
    missing = await (await desk_of(cast.theo)).post(
        form(cast), htmx=True, ask="yes", **{**TYPED, "reason": ""}
    )
    assert missing.status_code == 422
    assert await factories.entries(cast.ines) == []


async def test_asking_tells_and_changes_nothing_and_a_double_click_asks_once(
    cast: Cast, desk_of: SignIn
) -> None:
    theo = await desk_of(cast.theo)
    for _ in range(2):
        answer = await theo.post(form(cast), htmx=True, ask="yes", **TYPED)
        assert toast(answer)["sentence"] == "A second person is asked: +500 points for Ines Okafor"
    assert await value("SELECT count(*) FROM approvals WHERE programme_id = 1") == 1
    assert await factories.entries(cast.ines) == []


async def test_the_queue_shows_what_waits_in_a_few_queries_and_is_counted_for_who_decides(
    cast: Cast, desk_of: SignIn
) -> None:
    theo, mara = await desk_of(cast.theo), await desk_of(cast.mara)
    await asked(cast, theo)
    with watched() as queries:
        page = (await mara.get(QUEUE)).text
    assert len(queries) <= 10
    for text in (
        "Cake arrived broken",
        "Asked by Theo",
        "+500",
        "Approve",
        "Decline",
        'id="main-approvals">1',
    ):
        assert text in page
    own = (await theo.get(QUEUE)).text
    assert "Withdraw" in own
    assert "Decline" not in own
    assert 'id="main-approvals"' not in own


async def test_approving_in_place_and_undoing(cast: Cast, desk_of: SignIn) -> None:
    theo, mara = await desk_of(cast.theo), await desk_of(cast.mara)
    path = await asked(cast, theo)
    answer = await mara.post(f"{path}/approval", htmx=True, at=QUEUE)
    assert toast(answer)["sentence"] == "Ines Okafor now has 500 points"
    assert "Approved by Mara" in (await theo.get(QUEUE)).text
    again = await mara.post(f"{path}/approval", htmx=True, at=QUEUE)
    assert again.status_code == 200
    await mara.post(f"/admin/actions/{toast(answer)['undo']}/reversal", htmx=True, at=QUEUE)
    assert await factories.balance(cast.ines) == 0
    assert "Undone since" in (await theo.get(QUEUE)).text


async def test_declining_asks_why_and_works_without_htmx(cast: Cast, desk_of: SignIn) -> None:
    theo, mara = await desk_of(cast.theo), await desk_of(cast.mara)
    path = await asked(cast, theo)
    assert "<html" not in (await mara.get(f"{path}/refusal/new", htmx=True)).text
    assert "<h1>Decline the request for Ines Okafor</h1>" in (await mara.get(f"{path}/refusal/new")).text
    assert (await mara.post(f"{path}/refusal", reason="")).status_code == 422
    answer = await mara.post(f"{path}/refusal", reason="We sent a new one")
    assert (answer.status_code, answer.headers["location"]) == (303, QUEUE)
    assert "has been declined" in await mara.said()
    assert "We sent a new one" in (await theo.get(QUEUE)).text


async def test_who_asked_may_withdraw_and_not_approve(cast: Cast, desk_of: SignIn) -> None:
    theo, mara = await desk_of(cast.theo), await desk_of(cast.mara)
    path = await asked(cast, theo)
    assert (await theo.post(f"{path}/approval")).status_code == 403
    assert (await mara.post(f"{path}/withdrawal")).status_code == 403
    answer = await theo.post(f"{path}/withdrawal")
    assert answer.headers["location"] == f"{QUEUE}?show=mine"
    late = await mara.post(f"{path}/approval", htmx=True)
    assert late.status_code == 409


async def test_somebody_elses_is_404_and_a_reader_has_no_queue(cast: Cast, desk_of: SignIn) -> None:
    path = await asked(cast, await desk_of(cast.theo))
    nils = await desk_of(cast.nils, cast.other_programme_id)
    for verb in ("approval", "refusal", "withdrawal"):
        assert (await nils.post(f"{path}/{verb}", reason="x")).status_code == 404
    reader = await desk_of(await factories.staff(1, "Ana", "analyst"))
    assert (await reader.get(QUEUE)).status_code == 403


async def test_empty_lists_say_what_comes_there(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    assert "Nothing waits for you" in (await mara.get(QUEUE)).text
    assert "Nothing decided yet" in (await mara.get(QUEUE, show="ended")).text
    assert "You have asked for nothing" in (await mara.get(QUEUE, show="mine")).text
