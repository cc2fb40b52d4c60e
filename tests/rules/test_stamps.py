import pytest

from loyalty.errors import Invalid
from loyalty.rules.stamps import cards, checked_size


def test_cards_are_stamps_divided_by_size():
    card = cards(23, 10)
    assert (card.full, card.on_open_card, card.missing) == (2, 3, 7)
    assert cards(20, 10).missing == 10


def test_owed_stamps_leave_an_empty_card():
    assert (cards(-3, 10).full, cards(-3, 10).on_open_card) == (0, 0)


@pytest.mark.parametrize("size", [-1, 0, 1, 101])
def test_a_card_has_2_to_100_stamps(size):
    with pytest.raises(Invalid):
        checked_size(size)
