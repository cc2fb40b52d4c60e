"""What a declared segment is chosen from, and what it says of itself. PRODUCT K3."""

import pytest

from loyalty.errors import Invalid
from loyalty.rules.segment_declarations import THIS_MONTH, Declaration, called, described, read

KNOWN = {"likes:coffee": "What do you like?: Coffee", "quiz:loaf:purist": "Find your loaf: Purist"}


def test_a_choice_is_an_answer_or_a_month() -> None:
    assert read("told:quiz:loaf:purist") == Declaration(("quiz:loaf:purist",))
    assert (read("month:0").month, read("month:12").month) == (THIS_MONTH, 12)
    for wrong in ("", "month:13", "month:x", "month:", "month:²", "told:likes", "tag:vip"):
        with pytest.raises(Invalid, match="Choose an answer or a month"):
            read(wrong)


def test_it_is_stored_as_it_was_said() -> None:
    for said in (
        Declaration(),
        Declaration(month=THIS_MONTH),
        Declaration(("a:b",), 5, ("c:d", "a:b")),
    ):
        assert Declaration.of(said.stored) == said
    assert Declaration(("a:b",), named=("c:d", "a:b")).answers == ("a:b", "c:d")


def test_it_is_called_and_described_in_words() -> None:
    coffee = Declaration(("likes:coffee",), named=("quiz:loaf:purist",))
    assert called(coffee, KNOWN) == "Coffee"
    assert described(coffee, KNOWN) == ("Told us “What do you like?: Coffee” or “Find your loaf: Purist”.")
    assert called(Declaration(month=THIS_MONTH), KNOWN) == "Birthday this month"
    assert described(Declaration(month=2), KNOWN) == "Has a birthday in February."
    assert described(Declaration(), KNOWN) == "Told us what nothing asks for any more."
    assert "or one of 2 more" in described(Declaration(tuple(f"a:{n}" for n in range(7))), KNOWN)
