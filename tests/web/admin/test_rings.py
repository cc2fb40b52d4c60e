"""The fraud desk: rings with evidence, and one decision for all of one. PRODUCT G4."""

from collections.abc import Iterator

import pytest

from db.engine import value, watched
from loyalty import clock
from tests.cast import Cast
from tests.referring import NOW, invite, with_coupon
from tests.web.admin.conftest import SignIn
from tests.web.desk import field, toast

RINGS = "/admin/referrals/rings"


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with clock.at(NOW):
        yield


async def ring(cast: Cast) -> str:
    """Three friends on one phone; the path of the decision about them."""
    await with_coupon()
    for name in ("finn", "gil", "hal"):
        await invite(cast, f"{name}@example.org", signals={"device": "phone-1"}, name=name.title())
    uid = await value("SELECT uid FROM referrals WHERE programme_id = 1 ORDER BY id")
    return f"{RINGS}/{uid}/verdict"


async def test_the_desk_shows_score_evidence_people_and_what_was_paid(cast: Cast, desk_of: SignIn) -> None:
    mara = await desk_of(cast.mara)
    assert "No rings" in (await mara.get(RINGS)).text
    await ring(cast)
    with watched() as asked:
        page = (await mara.get(RINGS)).text
    for text in (
        "4 people, 3 referrals",
        "3 people use the same device.",
        "Score 50",
        "Finn",
        "Nothing has been paid",
    ):
        assert text in page
    assert len(asked) <= 11


async def test_the_dialog_says_exactly_what_happens_and_the_decision_is_undone(
    cast: Cast, desk_of: SignIn
) -> None:
    path, mara = await ring(cast), await desk_of(cast.mara)
    form = (await mara.get(f"{path}/new", htmx=True, verdict="blocked")).text
    assert "<html" not in form
    assert form.count("No later order completes this referral") == 3
    answer = await mara.post(
        path, htmx=True, at=RINGS, verdict="blocked", seen=field(form, "seen"), reason="One phone", key="k"
    )
    assert toast(answer)["sentence"] == "A ring of 3 referrals was blocked, and what was paid taken back."
    assert "Decided" in (await mara.get(RINGS)).text
    await mara.post(f"/admin/actions/{toast(answer)['undo']}/reversal", htmx=True, at=RINGS)
    assert await value("SELECT count(*) FROM referrals WHERE programme_id = 1 AND status = 'pending'") == 3


async def test_a_reason_is_needed_and_a_ring_that_grew_is_409_and_keeps_the_words(
    cast: Cast, desk_of: SignIn
) -> None:
    path, mara = await ring(cast), await desk_of(cast.mara)
    seen = field((await mara.get(f"{path}/new", verdict="let_through")).text, "seen")
    empty = await mara.post(path, verdict="let_through", seen=seen, reason="")
    assert empty.status_code == 422
    assert "Let this ring through" in empty.text
    await invite(cast, "ida@example.org", signals={"device": "phone-1"})
    stale = await mara.post(path, verdict="let_through", seen=seen, reason="One family")
    assert stale.status_code == 409
    assert "has changed since" in stale.text
    assert 'value="One family"' in stale.text


async def test_it_works_without_htmx(cast: Cast, desk_of: SignIn) -> None:
    path, mara = await ring(cast), await desk_of(cast.mara)
    page = (await mara.get(f"{path}/new", verdict="let_through")).text
    answer = await mara.post(path, verdict="let_through", seen=field(page, "seen"), reason="One family")
    assert (answer.status_code, answer.headers["location"]) == (303, RINGS)
    assert "was let through" in await mara.said()


async def test_somebody_elses_is_404_and_the_service_desk_may_not(cast: Cast, desk_of: SignIn) -> None:
    path = await ring(cast)
    nils, theo = await desk_of(cast.nils, cast.other_programme_id), await desk_of(cast.theo)
    assert (await nils.get(f"{path}/new")).status_code == 404
    assert (await nils.post(path, verdict="blocked", seen="x", reason="x")).status_code == 404
    for answer in (await theo.get(RINGS), await theo.get(f"{path}/new"), await theo.post(path)):
        assert answer.status_code == 403
