"""The till in a browser, without a line of script. PRODUCT E5."""

import re

import pytest

from db.engine import value, watched
from db.enums import EarningTrigger, Platform, StaffRole
from loyalty.customers.cards import card
from tests import factories
from tests.cast import Cast
from tests.factories import Made
from tests.web.admin.conftest import SignIn
from tests.web.desk import Desk, field


@pytest.fixture
async def shop(cast: Cast) -> Made:
    await factories.earning_rule(1, EarningTrigger.ORDER, 2, per_minor=100, base="items")
    return await factories.store(1, "counter", platform=Platform.POS)


def at(cast: Cast, rest: str = "") -> str:
    return f"/till/customers/{cast.ines.uid}{rest}"


async def follow(desk: Desk, path: str, **sent: str) -> str:
    """Press a button and read the page it leads to."""
    answer = await desk.post(path, **sent)
    assert answer.status_code == 303, answer.text
    return (await desk.get(answer.headers["location"])).text


async def test_a_scanned_card_opens_the_customer(cast: Cast, desk_of: SignIn) -> None:
    theo, hers = await desk_of(cast.theo), await card(1, cast.ines.id)
    assert "Who is it?" in (await theo.get("/till")).text
    answer = await theo.get("/till", q=hers.code)
    assert (answer.status_code, answer.headers["location"]) == (303, at(cast))
    with watched() as asked:
        page = await theo.get(at(cast))
    assert "Ines Okafor" in page.text
    assert hers.printed in page.text
    assert len(asked) <= 16


async def test_who_isnt_found_is_told_and_what_was_typed_stays(cast: Cast, desk_of: SignIn) -> None:
    page = await (await desk_of(cast.theo)).get("/till", q="no such person")
    assert "Nobody is found by this." in page.text
    assert 'value="no such person"' in page.text


async def test_a_purchase_earns_once_is_told_and_taken_back(cast: Cast, desk_of: SignIn, shop: Made) -> None:
    theo = await desk_of(cast.theo)
    typed = {"amount": "12,50", "receipt": "4711", "store": shop.uid, "key": "k"}
    for _ in range(2):
        told = await follow(theo, at(cast, "/purchases"), **typed)
        assert "Ines Okafor earned 25 points for 12.50 EUR" in told
    assert await factories.balance(cast.ines) == 25
    undo = re.search(r'action="(/till/outcomes/[^"]+/reversal)"', told)
    assert undo is not None
    assert "Taken back" in await follow(theo, undo[1])
    assert await factories.balance(cast.ines) == 0
    assert "Taken back" in await follow(theo, undo[1])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"amount": ""}, "This is needed."),
        ({"amount": "lots"}, "isn&#39;t an amount of money"),
        ({"amount": "492918042216"}, "That looks like a card."),
        ({"amount": "0"}, "This can&#39;t be the amount"),
        ({"store": "nowhere"}, "Choose the counter"),
    ],
)
async def test_a_bad_purchase_is_422_and_keeps_the_words(
    cast: Cast, desk_of: SignIn, shop: Made, typed: dict[str, str], sentence: str
) -> None:
    sent = {"amount": "5", "receipt": "4711", "store": shop.uid, **typed}
    answer = await (await desk_of(cast.theo)).post(at(cast, "/purchases"), **sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="4711"' in answer.text
    assert await factories.balance(cast.ines) == 0


async def test_a_reward_is_redeemed_once_and_its_code_used(cast: Cast, desk_of: SignIn) -> None:
    mug = await factories.reward(1, "Mug")
    await factories.give(cast.ines, 600)
    theo = await desk_of(cast.theo)
    page = (await theo.get(at(cast))).text
    sent = {"key": field(page, "key"), "reward": f"{mug.uid}:500"}
    for _ in range(2):
        told = await follow(theo, at(cast, "/redemptions"), **sent)
        assert "Redeemed" in told
    assert await factories.balance(cast.ines) == 100
    use = re.search(r'action="(/till/codes/[^"]+)/use"', told)
    assert use is not None
    held = await follow(theo, f"{use[1]}/reservation")
    assert "By this till" in held
    assert "Let it go" in held
    assert "Hold it while they pay" in await follow(theo, f"{use[1]}/release")
    for _ in range(2):
        assert "The code for Mug has been used" in await follow(theo, f"{use[1]}/use", key="sale")
    again = await theo.post(f"{use[1]}/use", key="another sale")
    assert again.status_code == 409
    assert "already been used with order at Theo" in again.text
    assert await value("SELECT status FROM issued_rewards WHERE programme_id = 1") == "used"


async def test_what_is_too_dear_or_rose_is_refused_on_the_customers_page(cast: Cast, desk_of: SignIn) -> None:
    mug = await factories.reward(1, "Mug")
    await factories.give(cast.ines, 400)
    theo = await desk_of(cast.theo)
    assert "needs 100 more" in (await theo.get(at(cast))).text
    dear = await theo.post(at(cast, "/redemptions"), reward=f"{mug.uid}:500")
    assert dear.status_code == 422
    assert "needs 100 more points" in dear.text
    rose = await theo.post(at(cast, "/redemptions"), reward=f"{mug.uid}:300")
    assert rose.status_code == 409
    assert (await theo.post(at(cast, "/redemptions"))).status_code == 422


async def test_another_browsers_hold_is_told(cast: Cast, desk_of: SignIn) -> None:
    mug = await factories.reward(1, "Mug", price=0)
    theo, mara = await desk_of(cast.theo), await desk_of(cast.mara)
    told = await follow(theo, at(cast, "/redemptions"), reward=f"{mug.uid}:0", key="k")
    use = re.search(r'action="(/till/codes/[^"]+)/use"', told)
    assert use is not None
    await follow(theo, f"{use[1]}/reservation")
    page = await mara.get(use[1])
    assert "By another till" in page.text
    assert "Use it now" not in page.text
    assert (await mara.post(f"{use[1]}/use", key="k")).status_code == 409
    assert (await mara.post(f"{use[1]}/release")).status_code == 403


async def test_guests_and_who_left_are_told_apart(cast: Cast, desk_of: SignIn, shop: Made) -> None:
    theo = await desk_of(cast.theo)
    guest = (await theo.get(f"/till/customers/{cast.olu.uid}")).text
    assert "is a guest" in guest
    assert 'name="amount"' in guest
    left = (await theo.get(f"/till/customers/{cast.pia.uid}")).text
    assert "has left the programme" in left
    assert 'name="amount"' not in left


async def test_a_shop_without_a_counter_says_what_to_do(cast: Cast, desk_of: SignIn) -> None:
    assert "has no counter yet" in (await (await desk_of(cast.theo)).get(at(cast))).text


async def test_somebody_elses_customers_codes_and_outcomes_are_404(
    cast: Cast, desk_of: SignIn, shop: Made
) -> None:
    theo = await desk_of(cast.theo)
    mug = await factories.reward(1, "Mug", price=0)
    told = await theo.post(at(cast, "/redemptions"), reward=f"{mug.uid}:0", key="k")
    copy = await value("SELECT uid FROM issued_rewards WHERE programme_id = 1")
    nils = await desk_of(cast.nils, cast.other_programme_id)
    for path in (at(cast), f"/till/codes/{copy}", told.headers["location"]):
        assert (await nils.get(path)).status_code == 404, path
    for path in (at(cast, "/redemptions"), at(cast, "/purchases"), f"/till/codes/{copy}/use"):
        sent = {"reward": f"{mug.uid}:0", "amount": "5", "store": shop.uid}
        assert (await nils.post(path, **sent)).status_code == 404, path


@pytest.mark.parametrize("role", [StaffRole.ANALYST, StaffRole.READ_ONLY])
async def test_who_only_reads_doesnt_stand_at_the_till(cast: Cast, desk_of: SignIn, role: StaffRole) -> None:
    reader = await desk_of(await factories.staff(1, "Reader", role))
    assert (await reader.get("/till")).status_code == 403
    assert (await reader.post(at(cast, "/purchases"), amount="5")).status_code == 403
    assert 'href="/till"' not in (await reader.get("/admin")).text
