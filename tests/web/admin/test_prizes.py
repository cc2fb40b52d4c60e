"""The pool of birthday surprises, and its draws. PRODUCT L2."""

from datetime import timedelta

import pytest

from loyalty import clock
from loyalty.preferences import pool
from tests import factories
from tests.cast import Cast
from tests.factories import START
from tests.preferring import PROFILE, ask_birthday, prize, tell
from tests.web.admin.conftest import SignIn
from tests.web.desk import field

INDEX = "/admin/preferences/surprises"
TYPED = {"name": "100 points on us", "points": "100", "weight": "3", "key": "p1"}


async def test_a_prize_is_added_shown_with_its_chance_and_taken_out(cast: Cast, desk_of: SignIn) -> None:
    mug = await factories.reward(1, "Mug")
    mara = await desk_of(cast.mara)
    assert "Add a prize" in (await mara.get(f"{INDEX}/new", htmx=True)).text
    await mara.post(INDEX, **TYPED)
    await mara.post(INDEX, name="A mug", reward=mug.uid, weight="1", stock="5", key="p2")
    page = (await mara.get(INDEX)).text
    assert "75%" in page
    assert "5 left" in page
    (first, _) = await pool.prizes(1)
    await mara.post(f"{INDEX}/{first.uid}/removal")
    assert [each.name for each in await pool.prizes(1)] == ["A mug"]


async def test_a_prize_is_changed_and_a_stale_change_refused(cast: Cast, desk_of: SignIn) -> None:
    await prize("50 points")
    (before,) = await pool.prizes(1)
    mara = await desk_of(cast.mara)
    form = await mara.get(f"{INDEX}/{before.uid}", htmx=True)
    version = field(form.text, "version")
    assert (await mara.post(f"{INDEX}/{before.uid}", **TYPED, version=version)).status_code == 303
    again = await mara.post(f"{INDEX}/{before.uid}", **{**TYPED, "name": "Other"}, version=version)
    assert again.status_code == 409
    assert 'value="Other"' in again.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": " "}, "This is needed."),
        ({"weight": "0"}, "from 1 to"),
        ({"weight": "heavy"}, "whole number"),
        ({"points": ""}, "either points or a reward"),
        ({"reward": "nothing-of-ours", "points": ""}, "This reward is gone"),
        ({"stock": "-1"}, "whole number"),
    ],
)
async def test_a_bad_prize_is_refused_and_keeps_the_words(
    cast: Cast, desk_of: SignIn, typed: dict[str, str], sentence: str
) -> None:
    answer = await (await desk_of(cast.mara)).post(INDEX, **{**TYPED, **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert await pool.prizes(1) == ()


async def test_a_draw_is_shown_with_what_proves_it(cast: Cast, desk_of: SignIn) -> None:
    with clock.at(START + timedelta(hours=1)):
        await ask_birthday()
        await prize()
        await tell(cast.ines, PROFILE, when_is_your_birthday=["5", "17", ""])
    page = (await (await desk_of(cast.theo)).get(INDEX)).text
    assert "Checked" in page
    assert "Ines Okafor" in page
    assert cast.ines.uid in page


async def test_somebody_elses_prize_is_404(cast: Cast, desk_of: SignIn) -> None:
    await prize()
    (mine,) = await pool.prizes(1)
    nils = await desk_of(cast.nils, cast.other_programme_id)
    assert (await nils.get(f"{INDEX}/{mine.uid}")).status_code == 404
    assert (await nils.post(f"{INDEX}/{mine.uid}", **TYPED, version="1")).status_code == 404
    assert (await nils.post(f"{INDEX}/{mine.uid}/removal")).status_code == 404
