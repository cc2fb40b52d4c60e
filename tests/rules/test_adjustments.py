import pytest

from loyalty.errors import Invalid, NotAllowed, NotEnoughPoints
from loyalty.rules.adjustments import DEFAULT_COMMENT, comment, parse_points, preview, refuse


@pytest.mark.parametrize(
    ("typed", "points"),
    [
        ("50", 50),
        ("+50", 50),
        ("-24", -24),
        ("−24", -24),
        ("– 24", -24),
        (" 1 000 ", 1000),
        ("1\u00a0000", 1000),
        ("1\u202f000", 1000),
        ("007", 7),
        ("1000000000000", 10**12),
    ],
)
def test_a_signed_whole_number_is_read_however_it_is_typed(typed, points):
    assert parse_points(typed) == points


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter a number of points"),
        ("   ", "Enter a number of points"),
        ("0", "changes nothing"),
        ("-0", "changes nothing"),
        ("1.5", "whole numbers"),
        ("1,5", "whole numbers"),
        ("fifty", "Enter a whole number"),
        ("5-", "Enter a whole number"),
        ("--5", "Enter a whole number"),
        ("1e3", "Enter a whole number"),
        ("٥", "Enter a whole number"),
        ("1000000000001", "trillion"),
        ("9" * 400, "trillion"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(typed, sentence):
    with pytest.raises(Invalid, match=sentence) as refusal:
        parse_points(typed)
    assert refusal.value.field == "points"


def test_the_preview_shows_the_new_balance_and_the_largest_deduction():
    assert (preview(-24, 100).new_available, preview(-24, 100).possible) == (76, True)
    assert (preview(-124, 100).possible, preview(-124, 100).largest_deduction) == (False, 100)
    assert preview(10, -50).possible
    assert preview(-1, -50).largest_deduction == 0


def test_a_deduction_stops_at_zero():
    refuse(-100, 100)
    with pytest.raises(NotEnoughPoints):
        refuse(-101, 100)


def test_above_a_limit_somebody_else_must_be_asked():
    refuse(500, 0, limit=500, left_today=500)
    with pytest.raises(NotAllowed, match="up to 500 points"):
        refuse(501, 0, limit=500)
    with pytest.raises(NotAllowed, match="20 more points today"):
        refuse(-21, 100, left_today=20)
    with pytest.raises(NotAllowed, match="0 more points today"):
        refuse(1, 0, left_today=-5)


def test_the_customer_reads_manual_adjustments_unless_told_otherwise():
    assert comment(None) == comment("  ") == DEFAULT_COMMENT == "Manual adjustments"
    assert comment(" Sorry for the wait ") == "Sorry for the wait"
