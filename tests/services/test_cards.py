"""Whose card it is, and that every customer has one of their own. PRODUCT E5."""

import pytest

from db.engine import atomic, value
from loyalty.customers import cards, creating
from loyalty.customers.cards import card, find
from loyalty.customers.creating import NewCustomer
from loyalty.customers.privacy import erase
from loyalty.errors import Invalid, NotFound
from loyalty.rules.cards import is_whole
from tests.cast import Cast
from tests.factories import START


async def test_a_card_is_found_as_scanned_and_as_printed(cast: Cast) -> None:
    hers = await card(1, cast.ines.id)
    assert is_whole(hers.code)
    assert await find(1, hers.code) == await find(1, hers.printed) == cast.ines.uid


async def test_a_mistyped_card_is_told_from_one_that_isnt_there(cast: Cast) -> None:
    hers = await card(1, cast.ines.id)
    last = str((int(hers.code[-1]) + 1) % 10)
    with pytest.raises(Invalid, match="mistyped"):
        await find(1, hers.code[:-1] + last)
    with pytest.raises(NotFound, match="no such card"):
        await find(1, cards.new_number())


async def test_somebody_elses_card_and_an_erased_persons_are_nobodys(cast: Cast) -> None:
    hers = await card(1, cast.ines.id)
    with pytest.raises(NotFound):
        await find(cast.other_programme_id, hers.code)
    await erase(1, cast.ines.id, by=cast.mara, reason="Asked to")
    with pytest.raises(NotFound):
        await find(1, hers.code)
    with pytest.raises(NotFound):
        await card(1, cast.ines.id)


async def test_a_number_that_is_taken_is_drawn_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = (await card(1, cast.ines.id)).code
    drawn = iter([taken, taken, "000000000208"])
    monkeypatch.setattr(creating, "new_number", lambda: next(drawn))
    async with atomic():
        made = await creating.insert(1, NewCustomer("new@example.org", "Nia", "", None, False, (), START))
    assert await value("SELECT card_number FROM customers WHERE programme_id = 1 AND id = {}", made) == (
        "000000000208"
    )


async def test_an_address_that_is_taken_makes_nobody(cast: Cast) -> None:
    async with atomic():
        assert await creating.insert(1, NewCustomer(cast.ines.email, "I", "", None, False, (), START)) is None
