"""What a member's pages show, and to whom they show nothing. PRODUCT A1, C8, G1, O4."""

import json
import re
from datetime import date

import pytest

from db.engine import one, run, value
from db.engine.statements import watched
from db.enums import EarningTrigger
from loyalty.ledger.adjusting import adjust
from loyalty.rewards import cuts, cutting
from loyalty.rewards.cutting import CutDraft
from loyalty.segments import lists
from loyalty.segments.refreshing import refresh
from loyalty.sessions import listing
from tests import factories
from tests.api.calling import Calling, calling, shop
from tests.cast import Cast, assert_books_balance
from tests.referring import invite
from tests.web.desk import field, onwards
from tests.web.portal.conftest import Browse

__all__ = ["calling", "shop"]

PAGES = (
    "/portal",
    "/portal/card",
    "/portal/rewards",
    "/portal/rewards/mine",
    "/portal/activity",
    "/portal/refer",
)


async def test_home_says_in_one_sentence_what_can_be_had(people: Cast, browse: Browse) -> None:
    await factories.give(people.ines, 600)
    await factories.reward(1, "A loaf", price=250)
    await factories.reward(1, "€5 off", price=500)
    await factories.reward(1, "A class", price=3500)
    await factories.earning_rule(1, EarningTrigger.REVIEW, 50)
    page = (await (await browse(people.ines)).get("/portal")).text
    assert "You can redeem 2 rewards today" in page
    assert "600 points are yours to spend." in page
    assert "2,900 points more" in page
    assert "By reviewing what you bought" in page


async def test_a_member_without_points_is_told_how_far_the_first_reward_is(
    people: Cast, browse: Browse
) -> None:
    await factories.reward(1, "A loaf", price=250)
    page = (await (await browse(people.rex)).get("/portal")).text
    assert "250 points to go for A loaf" in page
    assert "Your next order begins your balance." in page


async def test_stamps_are_shown_as_a_card(people: Cast, browse: Browse) -> None:
    await run(
        "UPDATE programmes SET unit = 'stamps', unit_one = 'stamp', unit_many = 'stamps', stamp_card_size = 10"
        " WHERE programme_id = 1"
    )
    await factories.give(people.ines, 17)
    page = (await (await browse(people.ines)).get("/portal")).text
    assert "One full card is waiting." in page
    assert "3 more stamps fill this one." in page
    assert page.count("Stamped") == 7


async def test_redeeming_shows_what_remains_and_then_the_code(people: Cast, browse: Browse) -> None:
    await factories.give(people.ines, 600)
    reward = await factories.reward(1, "€5 off", price=500)
    client = await browse(people.ines)
    ask = (await client.get(f"/portal/rewards/{reward.uid}/redemption")).text
    assert "<b>100 points</b>" in ask
    form = {"csrf": field(ask, "csrf"), "key": field(ask, "key")}
    answers = [await client.post(f"/portal/rewards/{reward.uid}/redemption", data=form) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1, "a double click makes one"
    page = (await client.get(answers[0].headers["location"])).text
    code = await value("SELECT code FROM issued_rewards WHERE programme_id = 1")
    assert "-".join(code[at : at + 4] for at in (0, 4, 8)) in page
    assert "Barcode of the code" in page
    assert await factories.balance(people.ines) == 100
    await assert_books_balance()


async def test_a_price_cut_shows_was_now_and_until_when_and_its_end_is_told_before_anything_is_paid(
    people: Cast, browse: Browse
) -> None:
    await factories.give(people.ines, 600)
    reward = await factories.reward(1, "€5 off", price=500)
    draft = CutDraft(percent=30, until=date(2099, 12, 31))
    await cutting.cut(1, reward.uid, draft, by=people.mara, key="k")
    client, here = await browse(people.ines), f"/portal/rewards/{reward.uid}/redemption"
    for at in ("/portal", "/portal/rewards", here):
        page = (await client.get(at)).text
        assert "Instead of </span>500</s>" in page
        assert "350 points" in page
        assert re.search("Cheaper until .*2099", page)
    form = {name: field(page, name) for name in ("csrf", "key", "price")}
    (stored,) = await cuts.of(1, reward.id)
    await cutting.end(1, stored.cut.uid, by=people.mara)
    answer = await client.post(here, data=form)
    assert (answer.status_code, "costs 500 now; it was 350" in answer.text) == (409, True)
    assert await factories.balance(people.ines) == 600
    form["price"] = field(answer.text, "price")
    assert (await client.post(here, data=form)).status_code == 303
    assert await factories.balance(people.ines) == 100


async def test_a_code_from_the_portal_is_used_once_at_the_till(
    shop: Cast, browse: Browse, calling: Calling
) -> None:
    await factories.give(shop.ines, 600)
    reward = await factories.reward(1, "€5 off", price=500)
    client, till = await browse(shop.ines), await calling()
    ask = (await client.get(f"/portal/rewards/{reward.uid}/redemption")).text
    form = {"csrf": field(ask, "csrf"), "key": field(ask, "key")}
    got = await client.post(f"/portal/rewards/{reward.uid}/redemption", data=form)
    mine = got.headers["location"]
    found = re.search(r'data-copy="([^"]+)"', (await client.get(mine)).text)
    assert found is not None
    used = await till.post(f"/codes/{found[1]}/use", {"till": "till-1:4711", "order": "4711"})
    assert (used.status_code, used.json()["status"]) == (200, "used")
    again = await till.post(f"/codes/{found[1]}/use", {"till": "till-1:4712"})
    assert again.status_code == 409
    assert again.json()["detail"] == "This code has already been used with order 4711."
    page = (await client.get(mine)).text
    assert "Used" in page
    assert "data-copy" not in page
    assert await factories.balance(shop.ines) == 100


async def test_what_is_too_dear_is_refused_in_words(people: Cast, browse: Browse) -> None:
    reward = await factories.reward(1, "€5 off", price=500)
    client = await browse(people.ines)
    await factories.give(people.ines, 500)
    ask = (await client.get(f"/portal/rewards/{reward.uid}/redemption")).text
    await factories.give(people.ines, -300)
    form = {"csrf": field(ask, "csrf"), "key": field(ask, "key")}
    answer = await client.post(f"/portal/rewards/{reward.uid}/redemption", data=form)
    assert (answer.status_code, "You need 300 points more." in answer.text) == (422, True)
    assert await value("SELECT count(*) FROM issued_rewards WHERE programme_id = 1") == 0


async def test_a_reward_of_another_programme_is_not_there(people: Cast, browse: Browse) -> None:
    tea = await factories.reward(2, "Tea", price=5)
    client = await browse(people.ines)
    assert (await client.get(f"/portal/rewards/{tea.uid}/redemption")).status_code == 404


async def test_activity_shows_the_comment_and_never_the_reason(people: Cast, browse: Browse) -> None:
    await adjust(
        1, people.ines.id, 40, by=people.theo, reason="Complained about the queue", comment="Sorry!", key="a"
    )
    page = (await (await browse(people.ines)).get("/portal/activity")).text
    assert "Sorry!" in page
    assert "+40" in page
    assert "Complained" not in page
    assert "Theo" not in page
    export = (await (await browse(people.ines)).get("/portal/data/export")).text
    assert "Sorry!" in export
    assert "Complained" not in export


async def test_activity_turns_its_pages_and_refuses_a_damaged_cursor(people: Cast, browse: Browse) -> None:
    for _ in range(52):
        await factories.give(people.ines, 1)
    client = await browse(people.ines)
    first = (await client.get("/portal/activity")).text
    assert "Older" in first
    assert 'rel="prev"' in (await client.get(onwards(first))).text
    assert (await client.get("/portal/activity?at=nonsense")).status_code == 422


async def test_friends_are_days_and_outcomes_without_names(people: Cast, browse: Browse) -> None:
    await factories.referral_policy(1)
    await invite(people, "finn@example.org")
    page = (await (await browse(people.ines)).get("/portal/refer")).text
    assert "Has the code, hasn’t ordered yet" in page
    assert f"/r/{people.ines.referral_code}" in page
    assert "finn" not in page


async def test_the_export_is_everything_as_a_file(people: Cast, browse: Browse) -> None:
    await factories.give(people.ines, 30)
    answer = await (await browse(people.ines)).get("/portal/data/export")
    assert answer.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    assert answer.headers["cache-control"] == "no-store"
    whole = json.loads(answer.text)
    assert whole["customer"]["email"] == "ines@example.org"
    assert whole["entries"][0]["points"] == 30


async def test_asking_to_be_erased_is_noted_once_for_staff(people: Cast, browse: Browse) -> None:
    client = await browse(people.ines)
    token = field((await client.get("/portal/data")).text, "csrf")
    for _ in range(2):
        assert (await client.post("/portal/data/erasure", data={"csrf": token})).status_code == 303
    page = (await client.get("/portal/data")).text
    assert "You asked to be erased." in page
    row = await one(
        "SELECT count(*) AS n, min(sentence) AS said, min(actor_name) AS who FROM actions"
        " WHERE programme_id = 1 AND verb = 'customer.erasure_asked'"
    )
    assert row == {"n": 1, "said": "{customer} asked to be erased", "who": "The member"}


async def test_another_browser_is_signed_out_from_here(people: Cast, browse: Browse) -> None:
    here, there = await browse(people.ines), await browse(people.ines)
    page = (await here.get("/portal/data")).text
    current = await listing(1, "member", people.ines.id)
    uid = page.split("/portal/data/browsers/")[1].split("/")[0]
    assert uid in {each.uid for each in current}
    await here.post(f"/portal/data/browsers/{uid}/ending", data={"csrf": field(page, "csrf")})
    assert (await here.get("/portal")).status_code == 200
    assert (await there.get("/portal")).status_code == 303


async def test_a_chosen_language_goes_before_the_browsers(people: Cast, browse: Browse) -> None:
    client = await browse(people.ines)
    client.headers["Accept-Language"] = "ar-XB"
    page = (await client.get("/portal/data")).text
    assert 'dir="rtl"' in page
    await client.post("/portal/data/language", data={"csrf": field(page, "csrf"), "language": "en"})
    assert 'lang="en" dir="ltr"' in (await client.get("/portal")).text
    bad = await client.post("/portal/data/language", data={"csrf": field(page, "csrf"), "language": "xx"})
    assert bad.status_code == 422


@pytest.mark.parametrize("path", PAGES[1:])
async def test_guests_and_those_who_left_are_led_to_the_front_page(
    people: Cast, browse: Browse, path: str
) -> None:
    for person in (people.olu, people.pia):
        answer = await (await browse(person)).get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/portal")


async def test_whoever_left_can_still_take_their_data_along(people: Cast, browse: Browse) -> None:
    client = await browse(people.pia)
    assert (await client.get("/portal/data")).status_code == 200
    assert "pia@example.org" in (await client.get("/portal/data/export")).text


async def test_the_cost_of_a_page_does_not_grow_with_what_it_shows(people: Cast, browse: Browse) -> None:
    await factories.referral_policy(1)
    asked = {}
    for many in (1, 12):
        for _ in range(many):
            await factories.give(people.ines, 100)
            await factories.reward(1, "€5 off", price=5)
        client = await browse(people.ines)
        for path in (
            "/portal",
            "/portal/rewards?show=all",
            "/portal/rewards/mine",
            "/portal/activity",
            "/portal/refer",
        ):
            with watched() as statements:
                assert (await client.get(path)).status_code == 200
            counted = [sql for sql in statements if sql.lstrip().upper().startswith(("SELECT", "WITH"))]
            assert asked.setdefault(path, len(counted)) == len(counted), path
    assert max(asked.values()) <= 16, asked


async def test_a_shop_is_an_app_on_a_phone(people: Cast, browse: Browse) -> None:
    answer = await (await browse(None)).get("/portal/to/bloom/app.webmanifest")
    told = json.loads(answer.text)
    assert answer.headers["content-type"].startswith("application/manifest+json")
    assert (told["name"], told["start_url"], told["theme_color"]) == ("Bloom", "/portal/to/bloom", "#0f6b7a")
    assert (await (await browse(None)).get("/portal/to/nobody/app.webmanifest")).status_code == 404


async def test_a_reward_for_others_says_so_in_the_members_language_and_gives_nothing(
    people: Cast, browse: Browse
) -> None:
    await factories.give(people.ines, 1_000)
    await refresh(1)
    list_ = await lists.make(1, "At-risk friends", "rex@example.org", by=people.mara, key="l")
    gold = await factories.tier(1, "Gold", rank=1, threshold=0)
    theirs = await factories.reward(1, "Tasting", segment_ids=[list_.segment.id])
    await factories.reward(1, "Dinner", min_tier_id=gold.id)
    client, here = await browse(people.ines), f"/portal/rewards/{theirs.uid}/redemption"
    shelf = (await client.get("/portal/rewards?show=all")).text
    assert "Offered to selected members only" in shelf
    assert "For Gold and above" in shelf
    assert "At-risk" not in shelf
    asked = await client.get(here)
    assert "Offered to selected members only" in asked.text
    other = await factories.reward(1, "Tea")
    form = (await client.get(f"/portal/rewards/{other.uid}/redemption")).text
    sent = {name: field(form, name) for name in ("csrf", "key")}
    assert (await client.post(here, data=sent)).status_code == 422
    assert await factories.balance(people.ines) == 1_000
    german = (await client.get("/portal/rewards?show=all", headers={"Accept-Language": "de"})).text
    assert "Nur für ausgewählte Mitglieder" in german
