"""A receipt's number, and the names its orders get. PRODUCT E5."""

import pytest

from loyalty.errors import Invalid
from loyalty.rules.receipts import attempts, checked


def test_a_receipts_number_is_its_name_without_stray_spaces() -> None:
    assert checked("  47 11 ", "k") == "47 11"


def test_without_a_number_the_forms_key_makes_the_same_name_each_time() -> None:
    assert checked("", "k") == checked(" ", "k") != checked("", "other")


def test_a_number_that_is_too_long_is_refused() -> None:
    with pytest.raises(Invalid, match="40 characters"):
        checked("4" * 41, "k")


def test_a_receipt_counted_again_gets_a_name_of_its_own() -> None:
    assert attempts("4711")[:3] == ("4711", "4711/2", "4711/3")
