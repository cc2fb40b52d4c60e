"""Programme → Tiers: the ladder, changing it, who would move. PRODUCT F1, F3."""

import re

from db.engine import value, watched
from db.enums import StaffRole, TierMetric
from loyalty.tiers.schemes import scheme
from tests import factories
from tests.cast import Cast
from tests.tiering import gold_by_spend, tier_of
from tests.web.admin.conftest import SignIn
from tests.web.desk import Desk, field

TIERS, EDIT, DRAFTS = "/admin/tiers", "/admin/tiers/edit", "/admin/tiers/drafts"


def typed(page: str) -> dict[str, str]:
    """What a browser would send of the edit form as it is drawn."""
    sent = dict(re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', page))
    sent |= {
        name: re.findall(r'<option value="([^"]+)" selected', body)[0]
        for name, body in re.findall(r'<select[^>]* name="([^"]+)".*?>(.*?)</select>', page, re.S)
        if " selected" in body
    }
    sent |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', page))
    return {name: text for name, text in sent.items() if name not in ("csrf", "more", "q")}


async def drafted(desk: Desk, **changed: str) -> str:
    """The address of a draft with these fields changed."""
    answer = await desk.post(DRAFTS, **(typed((await desk.get(EDIT)).text) | changed))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_the_page_draws_the_ladder_with_the_people_in_it(cast: Cast, desk_of: SignIn) -> None:
    await gold_by_spend(cast)
    gold = await value("SELECT uid FROM tiers WHERE name = 'Gold' AND programme_id = 1")
    page = (await (await desk_of(cast.mara)).get(TIERS)).text
    for text in ("Bronze", "Silver", "From <b>€500.00</b>", "Stays with €300.00", "Change tiers"):
        assert text in page
    assert f'/admin/customers?type=member&amp;tier={gold}">' in page
    assert "1 member has no tier" in page


async def test_the_page_takes_the_same_few_queries_for_any_ladder(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    await gold_by_spend(cast)
    for step in range(5):
        await factories.tier(1, f"More {step}", rank=10 + step, threshold=100_000 + step)
    with watched() as asked:
        await desk.get(TIERS)
    assert len(asked) <= 8


async def test_without_tiers_the_page_says_what_they_are_for(cast: Cast, desk_of: SignIn) -> None:
    assert "Add the first tier" in (await (await desk_of(cast.mara)).get(TIERS)).text
    reader = await factories.staff(1, "Lee", StaffRole.READ_ONLY)
    page = (await (await desk_of(reader)).get(TIERS)).text
    assert "Add the first tier" not in page
    assert "An owner or manager can add them" in page


async def test_a_changed_threshold_shows_who_would_move_and_then_moves_them(
    cast: Cast, desk_of: SignIn
) -> None:
    await gold_by_spend(cast)
    desk = await desk_of(cast.mara)
    draft = await drafted(desk, **{"threshold-2": "600", "keep-2": "550"})
    page = (await desk.get(draft)).text
    assert "2 members would move" in page  # Ines down, and Rex up to Bronze
    assert "€500.00" in page
    assert "€600.00" in page
    movers = (await desk.get(f"{draft}/movers", **{"from": "3", "to": "2"})).text
    assert "Ines Okafor" in movers
    assert "Rex" not in movers
    assert (await scheme(1)).levels[2].threshold == 50_000
    answer = await desk.post(f"{draft}/enactment", key=field(page, "key"))
    assert (answer.status_code, answer.headers["location"]) == (303, TIERS)
    assert (await scheme(1)).levels[2].threshold == 60_000
    assert "The tiers have been changed" in await desk.said()
    assert await tier_of(cast.ines) == "Gold"
    waiting = await value("SELECT count(*) FROM jobs WHERE programme_id = 1 AND name = 'evaluate_tiers'")
    assert waiting == 1


async def test_htmx_gets_a_toast_with_undo(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    await gold_by_spend(cast)
    draft = await drafted(desk, **{"name-0": "Copper"})
    answer = await desk.post(f"{draft}/enactment", htmx=True, at=draft, key="once")
    assert '"undo": "' in answer.headers["hx-trigger"]
    assert "<html" not in answer.text


async def test_bad_rows_are_422_name_their_field_and_keep_the_words(cast: Cast, desk_of: SignIn) -> None:
    await gold_by_spend(cast)
    desk = await desk_of(cast.mara)
    now = typed((await desk.get(EDIT)).text)
    bad = {
        "name-0": "",
        "threshold-1": "700",
        "keep-2": "9999",
        "multiplier-2": "lots",
        "points-1": "-3",
        "grace_days": "999",
    }
    answer = await desk.post(DRAFTS, **(now | bad))
    assert answer.status_code == 422
    for text in ("A tier needs a name", "Staying can’t need more", "Enter a number from 0 to 100"):
        assert text in answer.text
    assert 'value="lots"' in answer.text
    swapped = await desk.post(DRAFTS, **(now | {"threshold-1": "700"}))
    assert "Gold must need more than Silver." in swapped.text
    assert 'href="#threshold-2"' in swapped.text
    same = await desk.post(DRAFTS, **(now | {"name-1": "gold"}))
    assert "Another tier has this name." in same.text
    for nonsense in ({"count": "x"}, {"count": "999999"}, {"uid-0": "nobody"}, {"rewards-0": "nothing"}):
        odd = await desk.post(DRAFTS, **(now | nonsense))
        assert odd.status_code in (303, 422)


async def test_a_tier_is_added_at_its_place_and_another_removed(cast: Cast, desk_of: SignIn) -> None:
    await gold_by_spend(cast)
    desk = await desk_of(cast.mara)
    now = typed((await desk.get(EDIT)).text)
    more = (await desk.post(DRAFTS, **now, more="1")).text
    assert 'name="threshold-3"' in more
    sent = typed(more) | {"name-3": "Regular", "threshold-3": "250", "remove-1": "on"}
    draft = (await desk.post(DRAFTS, **sent)).headers["location"]
    await desk.post(f"{draft}/enactment", key="k")
    assert [tier.name for tier in (await scheme(1)).levels] == ["Bronze", "Regular", "Gold"]


async def test_tiers_can_be_given_by_hand_only(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    more = (await desk.post(DRAFTS, **typed((await desk.get(EDIT)).text), more="1")).text
    sent = typed(more) | {"name-0": "Press", "threshold-0": "0", "metric": "by_hand"}
    draft = (await desk.post(DRAFTS, **sent)).headers["location"]
    assert "Nobody would move" in (await desk.get(draft)).text
    await desk.post(f"{draft}/enactment", key="k")
    assert (await scheme(1)).policy is None
    assert "given by hand only" in (await desk.get(TIERS)).text


async def test_a_stale_draft_is_409_and_offers_a_second_look(cast: Cast, desk_of: SignIn) -> None:
    await gold_by_spend(cast)
    desk = await desk_of(cast.mara)
    mine, theirs = await drafted(desk, **{"threshold-2": "600"}), await drafted(desk, **{"name-2": "Sun"})
    await desk.post(f"{theirs}/enactment", key="t")
    answer = await desk.post(f"{mine}/enactment", key="m")
    assert answer.status_code == 409
    assert "changed by somebody else" in answer.text
    again = (await desk.get(EDIT, draft=mine.rpartition("/")[2])).text
    assert 'value="600.00"' in again
    assert (await scheme(1)).levels[2].threshold == 50_000


async def test_a_double_click_changes_the_tiers_once(cast: Cast, desk_of: SignIn) -> None:
    await gold_by_spend(cast)
    desk = await desk_of(cast.mara)
    draft = await drafted(desk, **{"threshold-2": "600"})
    for _ in range(2):
        assert (await desk.post(f"{draft}/enactment", key="same")).status_code == 303
    done = await value("SELECT count(*) FROM actions WHERE programme_id = 1 AND verb = 'tiers.saved'")
    assert done == 1


async def test_other_programmes_drafts_are_404_and_other_roles_403(cast: Cast, desk_of: SignIn) -> None:
    await gold_by_spend(cast)
    draft = await drafted(await desk_of(cast.mara), **{"threshold-2": "600"})
    nils = await desk_of(cast.nils, cast.other_programme_id)
    for path in (draft, f"{draft}/movers"):
        assert (await nils.get(path)).status_code == 404
    assert (await nils.post(f"{draft}/enactment", key="k")).status_code == 404
    theo = await desk_of(cast.theo)
    assert "Change tiers" not in (await theo.get(TIERS)).text
    assert (await theo.get(EDIT)).status_code == 403
    assert (await theo.post(f"{draft}/enactment", key="k")).status_code == 403


async def test_thresholds_are_typed_in_the_metric(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    more = (await desk.post(DRAFTS, **typed((await desk.get(EDIT)).text), more="1")).text
    sent = typed(more) | {"name-0": "Ten", "threshold-0": "10"}
    for metric, threshold in ((TierMetric.SPEND, 1_000), (TierMetric.ORDERS, 10)):
        draft = (await desk.post(DRAFTS, **(sent | {"metric": metric.value}))).headers["location"]
        await desk.post(f"{draft}/enactment", key=metric.value)
        assert (await scheme(1)).levels[0].threshold == threshold
        sent["uid-0"] = (await scheme(1)).tiers[0].uid
        sent["seen"] = typed((await desk.get(EDIT)).text)["seen"]
