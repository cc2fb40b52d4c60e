"""Exclude from program and Join program. PRODUCT A2, A3."""

import pytest

from db.engine import value, watched
from db.enums import CustomerType, StaffRole
from loyalty.rewards.redeeming import redeem
from tests import factories
from tests.cast import Cast
from tests.factories import Person
from tests.web.admin.conftest import SignIn
from tests.web.desk import toast


async def redeem_one(cast: Cast, *people: Person) -> None:
    """Each of them holds one unused code."""
    loaf = await factories.reward(1)
    for person in people:
        await factories.give(person, 500)
        await redeem(1, person.id, loaf.id, by=cast.theo, key=person.uid)


def profile(person: Person) -> str:
    return f"/admin/customers/{person.uid}"


async def type_of(person: Person) -> CustomerType:
    return CustomerType(
        await value("SELECT type FROM customers WHERE programme_id = 1 AND id = {}", person.id)
    )


async def test_the_form_lists_what_it_means_and_the_tick_changes_it(cast: Cast, desk_of: SignIn) -> None:
    await redeem_one(cast, cast.ines)
    theo = await desk_of(cast.theo)
    with watched() as asked:
        page = (await theo.get(profile(cast.ines) + "/exclusion/new")).text
    assert "1 unused reward stays valid." in page
    assert "Also void unused rewards" in page
    assert len(asked) <= 10
    ticked = await theo.get(profile(cast.ines) + "/exclusion/preview", htmx=True, void_rewards="on")
    assert "1 unused reward will be void." in ticked.text
    assert "<form" not in ticked.text


async def test_a_fragment_has_no_shell(cast: Cast, desk_of: SignIn) -> None:
    answer = await (await desk_of(cast.theo)).get(profile(cast.ines) + "/exclusion/new", htmx=True)
    assert "<html" not in answer.text
    assert "Exclude Ines Okafor from program" in answer.text


async def test_excluding_in_the_dialog_tells_it_and_offers_undo(cast: Cast, desk_of: SignIn) -> None:
    theo, here = await desk_of(cast.theo), profile(cast.ines)
    answer = await theo.post(here + "/exclusion", htmx=True, at=here, reason="Asked", key="k1")
    assert toast(answer)["sentence"] == "Ines Okafor has left the programme"
    assert await type_of(cast.ines) is CustomerType.LEFT
    await theo.post(f"/admin/actions/{toast(answer)['undo']}/reversal", htmx=True, at=here)
    assert await type_of(cast.ines) is CustomerType.MEMBER


async def test_excluding_voids_codes_only_when_ticked(cast: Cast, desk_of: SignIn) -> None:
    await redeem_one(cast, cast.ines, cast.rex)
    theo = await desk_of(cast.theo)
    await theo.post(profile(cast.ines) + "/exclusion", key="k1")
    await theo.post(profile(cast.rex) + "/exclusion", key="k2", void_rewards="on")
    sql = "SELECT status FROM issued_rewards WHERE programme_id = 1 AND customer_id = {}"
    assert await value(sql, cast.ines.id) == "outstanding"
    assert await value(sql, cast.rex.id) == "void"


async def test_it_works_without_htmx_and_a_double_click_excludes_once(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    for _ in range(2):
        answer = await theo.post(profile(cast.ines) + "/exclusion", reason="Asked", key="k1")
        assert (answer.status_code, answer.headers["location"]) == (303, profile(cast.ines))
    assert "Ines Okafor has left the programme" in await theo.said()
    assert await value("SELECT count(*) FROM type_changes WHERE programme_id = 1 AND to_type = 'left'") == 2


async def test_the_second_of_two_people_is_told_it_has_happened(cast: Cast, desk_of: SignIn) -> None:
    theo, mara = await desk_of(cast.theo), await desk_of(cast.mara)
    await theo.post(profile(cast.ines) + "/exclusion", key="k1")
    answer = await mara.post(profile(cast.ines) + "/exclusion", key="k2")
    assert answer.status_code == 409
    assert "This has already happened" in answer.text


async def test_a_guest_can_be_excluded_without_undo(cast: Cast, desk_of: SignIn) -> None:
    here = profile(cast.olu)
    answer = await (await desk_of(cast.theo)).post(here + "/exclusion", htmx=True, at=here, key="k1")
    assert toast(answer)["undo"] is None


async def test_who_left_joins_again_with_undo(cast: Cast, desk_of: SignIn) -> None:
    theo, here = await desk_of(cast.theo), profile(cast.pia)
    page = await theo.get(here + "/joining/new", htmx=True)
    assert "isn&#39;t paid a second time" in page.text
    assert "<html" not in page.text
    answer = await theo.post(here + "/joining", htmx=True, at=here, reason="Changed her mind", key="k1")
    assert toast(answer)["sentence"] == "Pia Lind is a member again"
    await theo.post(f"/admin/actions/{toast(answer)['undo']}/reversal", htmx=True, at=here)
    assert await type_of(cast.pia) is CustomerType.LEFT


async def test_joining_works_without_htmx_once_for_a_double_click(cast: Cast, desk_of: SignIn) -> None:
    theo = await desk_of(cast.theo)
    for _ in range(2):
        assert (await theo.post(profile(cast.pia) + "/joining", key="k1")).status_code == 303
    assert await type_of(cast.pia) is CustomerType.MEMBER


@pytest.mark.parametrize(("move", "status"), [("exclusion", 409), ("joining", 403)])
async def test_moves_that_are_not_legal_are_refused(
    cast: Cast, desk_of: SignIn, move: str, status: int
) -> None:
    who = cast.pia if move == "exclusion" else cast.olu
    theo = await desk_of(cast.theo)
    assert (await theo.get(f"{profile(who)}/{move}/new")).status_code == status
    assert (await theo.post(f"{profile(who)}/{move}", key="k1")).status_code == status


@pytest.mark.parametrize(
    ("kind", "shown", "hidden"),
    [
        (CustomerType.MEMBER, "Exclude from program", "Join program"),
        (CustomerType.GUEST, "Exclude from program", "Join program"),
        (CustomerType.LEFT, "Join program", "Exclude from program"),
    ],
)
async def test_the_menu_offers_only_legal_moves(
    cast: Cast, desk_of: SignIn, kind: CustomerType, shown: str, hidden: str
) -> None:
    who = await factories.customer(1, "Una Vey", kind=kind)
    page = (await (await desk_of(cast.theo)).get(profile(who))).text
    assert shown in page
    assert hidden not in page


@pytest.mark.parametrize("move", ["exclusion", "joining"])
async def test_too_long_a_reason_is_422_and_keeps_the_words(cast: Cast, desk_of: SignIn, move: str) -> None:
    who = cast.ines if move == "exclusion" else cast.pia
    answer = await (await desk_of(cast.theo)).post(
        f"{profile(who)}/{move}", htmx=True, reason="x" * 501, key="k1"
    )
    assert answer.status_code == 422
    assert "This is too long." in answer.text
    assert "x" * 501 in answer.text


@pytest.mark.parametrize("move", ["exclusion", "joining"])
async def test_somebody_elses_is_404_and_the_wrong_role_403(cast: Cast, desk_of: SignIn, move: str) -> None:
    analyst = await factories.staff(1, "Ana", StaffRole.ANALYST)
    assert (await (await desk_of(cast.theo)).get(f"{profile(cast.ada)}/{move}/new")).status_code == 404
    assert (await (await desk_of(cast.theo)).post(f"{profile(cast.ada)}/{move}", key="k1")).status_code == 404
    assert (await (await desk_of(analyst)).get(f"{profile(cast.ines)}/{move}/new")).status_code == 403
    assert (await (await desk_of(analyst)).post(f"{profile(cast.ines)}/{move}", key="k1")).status_code == 403
