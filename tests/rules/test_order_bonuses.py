"""What an order changes of a promised bonus, and codes as merchants bring them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.errors import Invalid
from loyalty.rules.campaigns import codes
from loyalty.rules.order_bonuses import Change, Sums, change


def test_it_is_paid_taken_back_and_paid_again():
    assert change(Sums(), 50) == Change(credit=50)
    assert change(Sums(earned=50), 50) == Change()
    assert change(Sums(earned=50), 0) == Change(due=50)
    assert change(Sums(earned=50, clawed=50), 50) == Change(credit=50)
    # 20 were forgiven and 10 had expired: who earns it again gets only what was taken.
    assert change(Sums(50, clawed=20, covered=10, forgiven=20), 50) == Change(0, 20, 10, 20)


@given(
    st.integers(1, 100),
    st.lists(st.tuples(st.booleans(), st.integers(0, 100), st.integers(0, 100)), max_size=9),
)
def test_whatever_comes_what_stands_is_what_it_is_worth(points, news):
    sums = Sums()
    for stands, covered, forgiven in news:
        step = change(sums, points if stands else 0)
        over = min(step.due, covered)
        gone = min(step.due - over, forgiven)
        sums = Sums(
            sums.earned + step.credit,
            sums.clawed + step.due - over - gone,
            sums.covered - step.uncovered + over,
            sums.forgiven - step.unforgiven + gone,
        )
        assert sums.standing == (points if stands else 0)
        assert min(sums.covered, sums.forgiven, sums.clawed) >= 0


def test_codes_are_read_from_a_list_or_the_right_column_each_once():
    assert codes.read(" A1 \n\nb2\na1\r\n") == ("A1", "b2")
    assert codes.read("Name;Code;Uses\nSpring;A1;1\nSpring;B2;1\n") == ("A1", "B2")
    assert codes.read('"A,1",x\n') == ("A,1",)
    assert codes.read("\n ") == ()
    for wrong, line in (("A1\nB 2", "Line 2"), ("x" * 101, "Line 1"), ("A\tB\nA\x07", "Line 2")):
        with pytest.raises(Invalid, match=line) as refused:
            codes.read(wrong)
        assert refused.value.field == "codes"
