"""Spend balance, from the shelf to the code. PRODUCT C8."""

import pytest

from db.engine import watched
from db.enums import EntryKind, StaffRole
from tests import factories
from tests.cast import Cast
from tests.factories import Made
from tests.web.admin.conftest import SignIn
from tests.web.desk import toast


def path(cast: Cast, rest: str = "") -> str:
    return f"/admin/customers/{cast.ines.uid}/redemptions{rest}"


@pytest.fixture
async def loaf(cast: Cast) -> Made:
    """€5 off for 500; Ines has 620, and a hamper costs 740."""
    await factories.give(cast.ines, 620)
    await factories.reward(1, "Hamper", price=740)
    return await factories.reward(1)


async def test_what_is_too_dear_is_disabled_and_says_how_much_is_missing(
    cast: Cast, desk_of: SignIn, loaf: Made
) -> None:
    with watched() as asked:
        page = (await (await desk_of(cast.theo)).get(path(cast, "/new"))).text
    assert "leaves 120 points" in page
    assert "needs 120 more" in page
    assert f"/admin/customers/{cast.ines.uid}/adjustments/new?points=120" in page
    assert page.count("disabled") == 1
    assert len(asked) <= 10


async def test_a_fragment_has_no_shell(cast: Cast, desk_of: SignIn, loaf: Made) -> None:
    answer = await (await desk_of(cast.theo)).get(path(cast, "/new"), htmx=True)
    assert "<html" not in answer.text
    assert f'hx-post="{path(cast)}"' in answer.text


async def test_redeeming_in_the_dialog_tells_the_code_and_offers_undo(
    cast: Cast, desk_of: SignIn, loaf: Made
) -> None:
    theo, profile = await desk_of(cast.theo), f"/admin/customers/{cast.ines.uid}"
    answer = await theo.post(path(cast), htmx=True, at=profile, reward=loaf.uid, key="k1")
    assert toast(answer)["sentence"].startswith(
        "Ines Okafor has €5 off now and 120 points left. The code is "
    )
    await theo.post(f"/admin/actions/{toast(answer)['undo']}/reversal", htmx=True, at=profile)
    assert await factories.balance(cast.ines) == 620


async def test_a_double_click_makes_one_reward(cast: Cast, desk_of: SignIn, loaf: Made) -> None:
    theo = await desk_of(cast.theo)
    for _ in range(2):
        answer = await theo.post(path(cast), reward=loaf.uid, key="k1")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/admin/customers/{cast.ines.uid}?tab=rewards"
    assert (await factories.entries(cast.ines))[1:] == [(EntryKind.REDEEM, -500)]
    assert "€5 off" in await theo.said()


@pytest.mark.parametrize("reward", ["", "nothing-like-this", "x" * 100])
async def test_without_a_reward_from_the_shelf_it_is_422(
    cast: Cast, desk_of: SignIn, loaf: Made, reward: str
) -> None:
    answer = await (await desk_of(cast.theo)).post(path(cast), reward=reward, key="k1")
    assert answer.status_code == 422
    assert "Choose a reward." in answer.text


async def test_a_reward_that_became_too_dear_is_422_and_nothing_is_spent(
    cast: Cast, desk_of: SignIn, loaf: Made
) -> None:
    theo = await desk_of(cast.theo)
    await factories.give(cast.ines, -200)
    answer = await theo.post(path(cast), reward=loaf.uid, key="k1")
    assert answer.status_code == 422
    assert "€5 off: needs 80 more" in answer.text
    assert await factories.balance(cast.ines) == 420


async def test_somebody_elses_customer_and_reward_are_out_of_reach(
    cast: Cast, desk_of: SignIn, loaf: Made
) -> None:
    nils = await desk_of(cast.nils, cast.other_programme_id)
    assert (await nils.get(path(cast, "/new"))).status_code == 404
    assert (await nils.post(path(cast), reward=loaf.uid)).status_code == 404
    theirs = await factories.reward(cast.other_programme_id, "Theirs", price=1)
    assert (await (await desk_of(cast.theo)).post(path(cast), reward=theirs.uid)).status_code == 422


async def test_who_only_reads_may_not_spend(cast: Cast, desk_of: SignIn, loaf: Made) -> None:
    reader = await desk_of(await factories.staff(1, "Reader", StaffRole.ANALYST))
    assert (await reader.get(path(cast, "/new"))).status_code == 403
    assert (await reader.post(path(cast), reward=loaf.uid)).status_code == 403


async def test_guests_never_redeem(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    answer = await theo.get(f"/admin/customers/{cast.olu.uid}/redemptions/new")
    assert answer.status_code == 409
    assert "Spend balance" not in (await theo.get(f"/admin/customers/{cast.olu.uid}")).text
