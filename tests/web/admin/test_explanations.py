"""Explain this balance, and the balance of any day. PRODUCT O3."""

from datetime import timedelta

import pytest

from db.engine import watched
from db.enums import StaffRole
from tests import factories, ledger_story
from tests.cast import Cast
from tests.factories import START
from tests.web.admin.conftest import SignIn


def path(cast: Cast) -> str:
    return f"/admin/customers/{cast.ines.uid}/explanation"


async def test_every_point_leads_back_to_what_earned_it(cast: Cast, desk_of: SignIn) -> None:
    await ledger_story.play(cast)
    with watched() as asked:
        page = await (await desk_of(cast.theo)).get(path(cast))
    assert page.status_code == 200
    assert "50 of 100 points left" in page.text
    assert "Earned on order" in page.text
    assert "What each part of order" in page.text
    assert len(asked) <= 20


async def test_used_up_credits_are_shown_on_request(cast: Cast, desk_of: SignIn) -> None:
    await factories.give(cast.ines, 50)
    await factories.give(cast.ines, -50)
    mara = await desk_of(cast.mara)
    assert "Nothing is left" in (await mara.get(path(cast))).text
    assert "0 of 50 points left" in (await mara.get(path(cast), spent="yes")).text


async def test_the_balance_of_a_day_counts_what_was_so_by_its_end(cast: Cast, desk_of: SignIn) -> None:
    await factories.give(cast.ines, 50, at=START)
    await factories.give(cast.ines, 20, at=START + timedelta(days=10))
    mara = await desk_of(cast.mara)
    then = (await mara.get(path(cast), day=START.date().isoformat())).text.partition('id="then"')[2]
    assert "<b>50</b>" in then
    before = (await mara.get(path(cast), day="2026-01-01")).text.partition('id="then"')[2]
    assert "<b>0</b>" in before


@pytest.mark.parametrize("day", ["tomorrow", "2026-02-30", "0001-01-01", "9999-12-31", "2" * 50])
async def test_an_impossible_day_is_422_and_stays_in_its_field(cast: Cast, desk_of: SignIn, day: str) -> None:
    answer = await (await desk_of(cast.theo)).get(path(cast), day=day)
    assert answer.status_code == 422
    assert f'value="{day[:20]}"' in answer.text


async def test_somebody_elses_customer_is_404(cast: Cast, desk_of: SignIn) -> None:
    nils = await desk_of(cast.nils, cast.other_programme_id)
    assert (await nils.get(path(cast))).status_code == 404


async def test_everybody_who_works_here_may_read_it(cast: Cast, desk_of: SignIn) -> None:
    reader = await desk_of(await factories.staff(1, "Reader", StaffRole.READ_ONLY))
    assert (await reader.get(path(cast))).status_code == 200
