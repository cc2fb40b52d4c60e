"""Customers by what a till knows of them. PRODUCT E5, N2."""

import pytest

from db.engine import run
from loyalty.customers.cards import card
from loyalty.customers.creating import search_text
from loyalty.customers.privacy import erase
from loyalty.errors import Invalid, NotFound
from loyalty.till.lookup import by_card, by_email, by_phone, person
from tests.cast import Cast


async def test_an_address_and_a_card_are_nobodys_or_one_persons(cast: Cast) -> None:
    assert [who.uid for who in await by_email(1, " INES@example.org")] == [cast.ines.uid]
    assert await by_email(cast.other_programme_id, "ines@example.org") == ()
    hers = await card(1, cast.ines.id)
    assert [who.card for who in await by_card(1, hers.printed)] == [hers.code]
    assert await by_card(cast.other_programme_id, hers.code) == ()
    with pytest.raises(Invalid, match="12 digits"):
        await by_card(1, "12")
    with pytest.raises(Invalid):
        await by_email(1, "ines")


@pytest.mark.parametrize("typed", ["+49 30 901820", "030 901820", "030/901-820", "901820"])
async def test_a_phone_is_found_however_it_is_written(cast: Cast, typed: str) -> None:
    phone = "+49 (0)30 901-820".replace("(0)", "")
    search = search_text("Ines", "Okafor", cast.ines.email, phone, None)
    await run(
        "UPDATE customers SET phone = {}, search = {} WHERE programme_id = 1 AND id = {}",
        phone,
        search,
        cast.ines.id,
    )
    assert [who.uid for who in await by_phone(1, typed)] == [cast.ines.uid]
    assert await by_phone(cast.other_programme_id, typed) == ()


async def test_too_few_digits_and_erased_people_are_not_found(cast: Cast) -> None:
    with pytest.raises(Invalid, match="5 digits"):
        await by_phone(1, "12-34")
    assert await by_phone(1, "99999") == ()
    await erase(1, cast.rex.id, by=cast.mara, reason="Asked to")
    with pytest.raises(NotFound):
        await person(1, cast.rex.uid)
