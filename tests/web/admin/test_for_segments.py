"""Segments as conditions at the desk, and what people outside them read. PRODUCT E1, E4, I1."""

import pytest

from db.engine import rows, value
from loyalty.rewards import catalogue
from loyalty.segments import lists
from loyalty.segments.refreshing import refresh
from loyalty.segments.stored import Segment
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.admin.test_earning_rules import LIST, TYPED
from tests.web.desk import toast

NEW = "/admin/rewards/new/custom"
MUG = {"name": "Mug", "points": "500", "offered": "on", "key": "k"}


@pytest.fixture
async def friends(cast: Cast) -> Segment:
    for person in (cast.ines, cast.rex):
        await factories.give(person, 1_000)
    await refresh(cast.programme_id)
    made = await lists.make(1, "Friends", "ines@example.org", by=cast.mara, key="list")
    return made.segment


async def test_a_reward_is_made_for_segments_and_says_so_where_it_shows(
    cast: Cast, desk_of: SignIn, friends: Segment
) -> None:
    mara = await desk_of(cast.mara)
    form = await mara.get(NEW)
    assert f'name="segments" value="{friends.uid}"' in form.text
    assert str(friends.id) not in form.text
    wrong = await mara.post(NEW, **{**MUG, "name": "", "segments": friends.uid})
    assert wrong.status_code == 422
    assert f'value="{friends.uid}" checked' in wrong.text
    gone = await mara.post(NEW, **{**MUG, "segments": "nothing"})
    assert (gone.status_code, "Choose from the list." in gone.text) == (422, True)
    made = await mara.post(NEW, htmx=True, at=NEW, **{**MUG, "segments": friends.uid})
    assert toast(made)["sentence"] == "Mug has been added"
    (reward,) = await catalogue.listed(1)
    assert reward.about.segment_ids == (friends.id,)
    for path in (f"/admin/rewards/{reward.uid}", "/admin/rewards"):
        assert "Friends" in (await mara.get(path)).text
    edit = await mara.get(f"/admin/rewards/{reward.uid}/edit")
    assert f'value="{friends.uid}" checked' in edit.text
    used = await mara.get(f"/admin/segments/{friends.uid}")
    assert f'<a href="/admin/rewards/{reward.uid}">Mug</a><small>A reward</small>' in used.text
    for person, refused in ((cast.ines, False), (cast.rex, True)):
        here = f"/admin/customers/{person.uid}/redemptions"
        shelf = await mara.get(f"{here}/new")
        assert ("Mug is offered to selected members only." in shelf.text) is refused
        answer = await mara.post(here, reward=f"{reward.uid}:500", key=f"r-{person.uid}")
        assert (answer.status_code == 422) is refused, answer.text
    assert await value("SELECT count(*) FROM issued_rewards WHERE programme_id = 1") == 1


async def test_a_price_cut_counts_and_names_the_people_it_is_for(
    cast: Cast, desk_of: SignIn, friends: Segment
) -> None:
    mug, mara = await factories.reward(1, "Mug", price=1_200), await desk_of(cast.mara)
    here = f"/admin/rewards/{mug.uid}/price-cuts"
    typed = {"how": "percent", "percent": "30", "until": "2099-12-31", "key": "k"}
    everybody = await mara.get(f"{here}/preview", htmx=True, **typed)
    assert "2 members have a balance" in everybody.text
    theirs = await mara.get(f"{here}/preview", htmx=True, **typed, segments=friends.uid)
    assert "1 member has a balance" in theirs.text
    made = await mara.post(here, htmx=True, at=here, **typed, segments=friends.uid)
    assert toast(made)["sentence"] == "Mug costs 840 instead of 1,200 for Friends until 31 December 2099"
    assert "for Friends" in (await mara.get(f"/admin/rewards/{mug.uid}")).text
    assert "Cut for Friends" in (await mara.get("/admin/rewards")).text


async def test_a_rule_for_a_segment_reads_as_a_sentence_and_the_simulator_tries_it(
    cast: Cast, desk_of: SignIn, friends: Segment
) -> None:
    mara = await desk_of(cast.mara)
    typed = {**TYPED, "name": "Friends earn", "segments": friends.uid, "status": "active", "exclude_tags": ""}
    made = await mara.post(LIST, **typed)
    assert made.status_code == 303, made.text
    (rule,) = await rows("SELECT uid FROM earning_rules WHERE programme_id = 1")
    page = await mara.get(f"{LIST}/{rule['uid']}")
    assert "for people in Friends" in page.text
    assert f'value="{friends.uid}" checked' in (await mara.get(f"{LIST}/{rule['uid']}/versions/new")).text
    sample = {"amount_0": "10"}
    outside = await mara.get(f"{LIST}/sample", **sample)
    assert "It would earn 0 points" in outside.text
    assert "Not for these segments" in outside.text
    inside = await mara.get(f"{LIST}/sample", **sample, segments=friends.uid)
    assert "It would earn 0 points" not in inside.text
    assert f'value="{friends.uid}" checked' in inside.text
    for address, earns in ((cast.ines.email, 30), (cast.rex.email, 0)):
        theirs = await mara.get(f"{LIST}/sample", **sample, customer=address)
        assert f"would earn {earns} points" in theirs.text
    assert "Rex Moreau would earn" in theirs.text
    nobody = await mara.get(f"{LIST}/sample", **sample, customer="nobody@example.org")
    assert (nobody.status_code, "Nobody here has this" in nobody.text) == (422, True)
    refused = await mara.post(LIST, **{**typed, "segments": "nothing", "key": "k2"})
    assert (refused.status_code, "Choose from the list." in refused.text) == (422, True)
