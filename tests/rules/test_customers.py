from datetime import date
from itertools import product

import pytest

from db.enums import CustomerType
from loyalty.errors import AlreadyDone, Invalid, NotAllowed
from loyalty.rules.customers import (
    LEGAL_MOVES,
    Consequences,
    birthday,
    celebrated,
    earns,
    refuse_move,
    registers,
)

GUEST, MEMBER, LEFT = CustomerType.GUEST, CustomerType.MEMBER, CustomerType.LEFT
TODAY = date(2026, 3, 1)


def test_exactly_four_moves_are_legal():
    legal = set()
    for current, target in product(CustomerType, repeat=2):
        try:
            refuse_move(current, target, by_system=True)
        except (AlreadyDone, Invalid):
            continue
        legal.add((current, target))
    assert legal == LEGAL_MOVES == {(GUEST, MEMBER), (GUEST, LEFT), (MEMBER, LEFT), (LEFT, MEMBER)}


def test_a_left_customer_can_only_become_a_member():
    assert [target for current, target in LEGAL_MOVES if current is LEFT] == [MEMBER]


def test_nobody_registers_a_guest_for_them():
    with pytest.raises(NotAllowed, match="registering"):
        refuse_move(GUEST, MEMBER)


def test_the_second_of_two_people_is_told_it_has_happened():
    with pytest.raises(AlreadyDone, match="already happened"):
        refuse_move(LEFT, LEFT)


def test_a_member_can_not_become_a_guest():
    with pytest.raises(Invalid, match="A member can't become a guest"):
        refuse_move(MEMBER, GUEST)


def test_registering_makes_a_guest_a_member_and_does_not_undo_left():
    assert [registers(kind) for kind in (GUEST, MEMBER, LEFT)] == [MEMBER, MEMBER, LEFT]


def test_who_earns():
    assert earns(MEMBER, guest_earning=False)
    assert earns(GUEST, guest_earning=True)
    assert not earns(GUEST, guest_earning=False)
    assert not earns(LEFT, guest_earning=True)


def test_excluding_lists_what_it_means_for_this_person():
    told = Consequences(LEFT, available=120, pending=30, unused_rewards=1, open_referrals=2).sentences()
    assert told[1] == "The balance of 120 points is frozen, 30 more are pending; its expiry dates run on."
    assert told[2:] == (
        "1 unused reward stays valid.",
        "2 open referrals close; the friends keep their coupons.",
    )
    harsh = Consequences(LEFT, 0, 0, 2, 1, void_rewards=True, pause_expiry=True).sentences()
    assert harsh[1:] == (
        "The balance of 0 points is frozen; expiry is paused.",
        "2 unused rewards will be void.",
        "1 open referral closes; the friends keep their coupons.",
    )


def test_joining_again_never_pays_the_signup_bonus_twice():
    told = Consequences(MEMBER, 120, 0, 0, 0).sentences()
    assert any("signup bonus isn't paid a second time" in sentence for sentence in told)


def test_29_february_is_celebrated_on_the_28th_in_common_years():
    assert celebrated(date(2027, 2, 28)) == ((2, 28), (2, 29))
    assert celebrated(date(2028, 2, 28)) == ((2, 28),)
    assert celebrated(date(2028, 2, 29)) == ((2, 29),)


@pytest.mark.parametrize(
    ("month", "day", "year"), [(2, 30, None), (13, 1, None), (0, 5, None), (4, 31, None), (2, 29, 2001)]
)
def test_a_day_that_does_not_exist_is_refused(month, day, year):
    with pytest.raises(Invalid, match="no such day"):
        birthday(month, day, year, today=TODAY)


@pytest.mark.parametrize(("month", "day", "year"), [(3, 2, 2026), (1, 1, 1899)])
def test_a_birthday_is_neither_to_come_nor_in_another_century(month, day, year):
    with pytest.raises(Invalid, match="between 1900 and now"):
        birthday(month, day, year, today=TODAY)
