"""Change tier by hand. PRODUCT F2."""

import pytest

from db.engine import value, watched
from db.enums import StaffRole
from tests import factories
from tests.cast import Cast
from tests.factories import Made
from tests.tiering import tier_of
from tests.web.admin.conftest import SignIn
from tests.web.desk import toast

Tiers = tuple[Made, Made, Made]


def path(cast: Cast, rest: str = "") -> str:
    return f"/admin/customers/{cast.ines.uid}/tier-changes{rest}"


@pytest.fixture
async def tiers(cast: Cast) -> Tiers:
    """Silver pays 50 points on entering, gold 250 and a mug."""
    mug = await factories.reward(1, "Mug")
    return (
        await factories.tier(1, "Bronze", rank=1, threshold=0),
        await factories.tier(1, "Silver", rank=2, threshold=10_000, entry_points=50),
        await factories.tier(1, "Gold", rank=3, threshold=50_000, entry_points=250, entry_rewards=[mug.uid]),
    )


async def test_all_tiers_are_offered_with_what_they_give(cast: Cast, desk_of: SignIn, tiers: Tiers) -> None:
    with watched() as asked:
        page = (await (await desk_of(cast.theo)).get(path(cast, "/new"))).text
    for tier in tiers:
        assert f'value="{tier.uid}"' in page
    assert "On entering: 250 points, Mug" in page
    assert "trigger" in page
    assert "trigger checked" not in page
    assert len(asked) <= 10


async def test_a_new_tier_is_offered_at_once_and_the_present_one_is_not(
    cast: Cast, desk_of: SignIn, tiers: Tiers
) -> None:
    theo = await desk_of(cast.theo)
    await theo.post(path(cast), tier=tiers[1].uid, key="k1")
    platinum = await factories.tier(1, "Platinum", rank=4, threshold=90_000)
    page = (await theo.get(path(cast, "/new"), htmx=True)).text
    assert f'value="{platinum.uid}"' in page
    assert f'value="{tiers[1].uid}"' not in page
    assert "<html" not in page


@pytest.mark.parametrize(
    ("sent", "points"),
    [({}, 0), ({"trigger": "on"}, 250), ({"trigger": "on", "rewards": "every"}, 300)],
)
async def test_rewards_are_triggered_only_when_ticked(
    cast: Cast, desk_of: SignIn, tiers: Tiers, sent: dict[str, str], points: int
) -> None:
    theo, here = await desk_of(cast.theo), f"/admin/customers/{cast.ines.uid}"
    answer = await theo.post(
        path(cast), htmx=True, at=here, tier=tiers[2].uid, notes="Press contact", key="k1", **sent
    )
    assert toast(answer)["sentence"] == "Ines Okafor is now Gold"
    assert await factories.balance(cast.ines) == points
    await theo.post(f"/admin/actions/{toast(answer)['undo']}/reversal", htmx=True, at=here)
    assert await factories.balance(cast.ines) == 0
    assert await tier_of(cast.ines) is None


async def test_it_works_without_htmx_and_a_double_click_moves_once(
    cast: Cast, desk_of: SignIn, tiers: Tiers
) -> None:
    theo = await desk_of(cast.theo)
    for _ in range(2):
        answer = await theo.post(path(cast), tier=tiers[1].uid, trigger="on", key="k1")
        assert answer.status_code == 303
    assert "Ines Okafor is now Silver" in await theo.said()
    assert await factories.balance(cast.ines) == 50


async def test_the_floor_lasts_to_the_end_of_its_day_in_the_programmes_zone(
    cast: Cast, desk_of: SignIn, tiers: Tiers
) -> None:
    await (await desk_of(cast.theo)).post(path(cast), tier=tiers[1].uid, until="2199-12-31", key="k1")
    floor = await value("SELECT floor_until FROM customer_tiers WHERE programme_id = 1")
    assert floor.isoformat() == "2199-12-31T23:00:00+00:00"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose a tier."),
        ({"until": "2020-01-01"}, "a day that has passed"),
        ({"until": "31 June"}, "Enter a date."),
        ({"until": "9999-12-31"}, "The last day that can be chosen is"),
        ({"rewards": "all"}, ""),
        ({"notes": "x" * 2001}, "too long"),
    ],
)
async def test_a_bad_form_is_422_and_keeps_the_words(
    cast: Cast, desk_of: SignIn, tiers: Tiers, sent: dict[str, str], sentence: str
) -> None:
    given = {"notes": "Kept words", "tier": tiers[1].uid if sent else "", **sent}
    answer = await (await desk_of(cast.theo)).post(path(cast), htmx=True, key="k1", **given)
    assert answer.status_code == 422
    assert given["notes"] in answer.text
    assert sentence in answer.text
    assert await tier_of(cast.ines) is None


async def test_the_same_tier_is_refused_on_the_form(cast: Cast, desk_of: SignIn, tiers: Tiers) -> None:
    theo = await desk_of(cast.theo)
    await theo.post(path(cast), tier=tiers[1].uid, key="k1")
    answer = await theo.post(path(cast), tier=tiers[1].uid, key="k2")
    assert answer.status_code == 422
    assert "already has Silver" in answer.text


async def test_only_members_have_tiers(cast: Cast, desk_of: SignIn, tiers: Tiers) -> None:
    theo = await desk_of(cast.theo)
    for who in (cast.olu, cast.pia):
        assert (await theo.get(f"/admin/customers/{who.uid}/tier-changes/new")).status_code == 409
        assert "Change tier" not in (await theo.get(f"/admin/customers/{who.uid}")).text


async def test_somebody_elses_is_404_and_the_wrong_role_403(
    cast: Cast, desk_of: SignIn, tiers: Tiers
) -> None:
    theirs = await factories.tier(cast.other_programme_id, "Gold", rank=1, threshold=0)
    theo = await desk_of(cast.theo)
    assert (await theo.get(f"/admin/customers/{cast.ada.uid}/tier-changes/new")).status_code == 404
    assert (await theo.post(path(cast), tier=theirs.uid, key="k1")).status_code == 404
    reader = await desk_of(await factories.staff(1, "Ana", StaffRole.ANALYST))
    assert (await reader.get(path(cast, "/new"))).status_code == 403
    assert (await reader.post(path(cast), tier=tiers[1].uid, key="k1")).status_code == 403
