"""Finding a person by anything a merchant might type."""

import pytest

from db.engine import run
from db.enums import CustomerType
from loyalty.customers import creating, search
from loyalty.customers.filters import CustomerFilter
from loyalty.customers.listing import listing
from loyalty.customers.views import Tally
from tests import factories
from tests.cast import Cast
from tests.services import many


@pytest.fixture
async def zoe(cast: Cast) -> factories.Person:
    """Zoë, whose name needs folding, with a phone, a card, a platform's id and an order."""
    person = await factories.customer(
        cast.programme_id, "Zoë Müller-Ångström", email="Zoe.Mueller@Bücher.example"
    )
    phone, card = "+49 (0)30 901-820", "4711000012"
    await run(
        "UPDATE customers SET phone = {}, card_number = {}, search = {} WHERE programme_id = {} AND id = {}",
        phone,
        card,
        creating.search_text("Zoë", "Müller-Ångström", person.email, phone, card),
        cast.programme_id,
        person.id,
    )
    await factories.insert(
        "customer_identities",
        programme_id=cast.programme_id,
        store_id=cast.web.id,
        external_id="gid-88",
        customer_id=person.id,
    )
    return person


@pytest.mark.parametrize(
    "typed",
    [
        "zoe", "ZOË", "müller zo", "Angstrom  zoe", "ueller@b", "zo", "mu ang", "z", "(0)30 901 820", "030-901820",
        "901820", "49030901820", "4711000012", "gid-88", "zoe gstr", "müller-ångström, zoë",
    ],
)  # fmt: skip
async def test_zoe_is_found_by(cast: Cast, zoe: factories.Person, typed: str) -> None:
    assert await found(cast, typed) == ["Zoë Müller-Ångström"]


@pytest.mark.parametrize(
    "typed", ["zoe okafor", "zoex", "%%%", "___", 'zoe" OR "ines', "oe", "id-88", "\\", "999999"]
)
async def test_nobody_is_found_by(cast: Cast, zoe: factories.Person, typed: str) -> None:
    assert await found(cast, typed) == []


async def test_a_referral_code_is_found_in_either_case(cast: Cast) -> None:
    assert await found(cast, cast.rex.referral_code.lower()) == ["Rex Moreau"]


async def test_a_reward_code_is_found_as_printed(cast: Cast) -> None:
    reward = await factories.reward(cast.programme_id)
    await factories.insert(
        "issued_rewards",
        programme_id=cast.programme_id,
        id=1,
        uid="copy",
        customer_id=cast.rex.id,
        reward_id=reward.id,
        source="goodwill",
        code="ABCD2345WXYZ",
        status="outstanding",
        price={"list_points": 0, "cut_percent": 0, "points": 0},
        key="copy",
        issued_at=factories.START,
    )
    for typed in ("ABCD2345WXYZ", "abcd-2345-wxyz"):
        assert await found(cast, typed) == ["Rex Moreau"]


async def test_an_order_is_found_with_and_without_its_number_sign(cast: Cast) -> None:
    await order_of_rex(cast, "#10442")
    assert await found(cast, "#10442") == await found(cast, "10442") == ["Rex Moreau"]
    assert await found(cast, "1044") == []


async def test_a_whole_address_means_its_owner_and_part_of_one_all_who_have_it(cast: Cast) -> None:
    for name in ("Johanna", "Anna"):
        await factories.customer(cast.programme_id, name, email=f"{name}.Brandt@beans.example")
    assert await found(cast, "Anna.brandt@BEANS.example") == ["Anna"]
    assert sorted(await found(cast, "anna.brandt@beans")) == ["Anna", "Johanna"]
    assert await found(cast, "anna.brandt@roast") == []


async def test_a_changed_name_is_found_and_the_old_one_isnt(cast: Cast) -> None:
    await run(
        "UPDATE customers SET last_name = {}, search = {} WHERE programme_id = {} AND id = {}",
        "Adeyemi",
        creating.search_text("Ines", "Adeyemi", cast.ines.email, None, None),
        cast.programme_id,
        cast.ines.id,
    )
    assert await found(cast, "adeyemi") == ["Ines Adeyemi"]
    assert await found(cast, "okafor") == []


async def test_more_people_than_can_be_named_are_still_searched_right(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "FEW", 3)
    await many.customers(cast.programme_id, 60, last_name="Okafor")
    await order_of_rex(cast, "okafor")
    page = await listing(cast.programme_id, CustomerFilter(q="okafor"))
    assert (page.found.value, len(page.rows), page.rows[0].name) == (62, 50, "Rex Moreau")
    rest = await listing(cast.programme_id, CustomerFilter(q="okafor"), page.next)
    assert len(rest.rows) == 12


async def test_many_people_are_counted_up_to_a_bound(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    await many.customers(cast.programme_id, 60, last_name="Okafor")
    counted = []
    for few, most in ((2_000, 1_000), (58, 55)):
        monkeypatch.setattr(search, "FEW", few)
        monkeypatch.setattr("loyalty.customers.listing.CAP", most)
        page = await listing(cast.programme_id, CustomerFilter(q="okafor"))
        counted.append((page.by_type[CustomerType.MEMBER], page.by_type[CustomerType.GUEST], page.found))
    some = Tally(56, at_least=True)
    assert counted == [(Tally(61), Tally(0), Tally(61)), (some, Tally(0, at_least=True), some)]


async def test_one_merchants_search_never_finds_anothers_customers(cast: Cast) -> None:
    assert await found(cast, "ada") == []
    assert await found(cast, cast.ada.referral_code) == []


async def found(cast: Cast, typed: str) -> list[str]:
    return [row.name for row in (await listing(cast.programme_id, CustomerFilter(q=typed))).rows]


async def order_of_rex(cast: Cast, name: str) -> None:
    order = await factories.order(cast.rex, cast.web.id, 1000)
    await run(
        "UPDATE orders SET name = {} WHERE programme_id = {} AND id = {}", name, cast.programme_id, order.id
    )
