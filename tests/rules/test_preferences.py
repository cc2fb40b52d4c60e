"""Questions, answers, progress. PRODUCT L1, L2."""

from typing import Any

import pytest

from db.enums import QuestionKind, QuestionRole, QuestionSection
from loyalty.errors import Invalid
from loyalty.rules.preferences import (
    NOTHING,
    Answer,
    Draft,
    Option,
    Progress,
    Words,
    answer,
    checked,
    counts,
    fingerprint,
    options,
    plain,
    slug,
)

BREAD = Words("What do you like best?", options=(Option("", "Sourdough"), Option("", "Premium Coffee")))
COFFEE = Words("Coffee?", options=(Option("filter", "Filter"), Option("espresso", "Espresso")))


def draft(**given: Any) -> Draft:
    return Draft(**{"section": QuestionSection.INTERESTS, "kind": QuestionKind.MANY, "words": BREAD, **given})


def test_keys_are_made_of_words_and_stay_when_the_words_change() -> None:
    first = checked(draft())
    assert first.key == "what_do_you_like_best"
    assert [option.key for option in first.words.options] == ["sourdough", "premium_coffee"]
    renamed = Words(BREAD.title, options=(Option("sourdough", "Proper sourdough"), *first.words.options[1:]))
    again = checked(draft(key=first.key, words=renamed))
    assert [option.key for option in again.words.options] == ["sourdough", "premium_coffee"]


@pytest.mark.parametrize(
    ("text", "key"), [("Crème & Brûlée", "creme_brulee"), ("  50% off ", "50_off"), ("🥐", "")]
)
def test_a_key_has_small_letters_and_digits_only(text: str, key: str) -> None:
    assert slug(text) == key


def test_words_without_a_latin_letter_get_keys_all_the_same() -> None:
    made = checked(draft(words=Words("好きなパン", options=(Option("", "食パン"), Option("", "あんパン")))))
    assert made.key.startswith("question_")
    assert len({option.key for option in made.words.options}) == 2


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"words": Words(" ")}, "title", "1 to 160"),
        ({"words": Words("Why?", purpose="x" * 301)}, "purpose", "300"),
        ({"words": Words("Why?", options=(Option("", "One"),))}, "options", "at least two"),
        ({"words": Words("Why?", options=(Option("", "One"), Option("", "one")))}, "options", "twice"),
        ({"boost_percent": 200}, "boost_percent", "one answer"),
        ({"boost_percent": 100}, "boost_percent", "101"),
        ({"kind": QuestionKind.ONE, "boost_percent": 200}, "boost_percent", "category"),
        ({"role": QuestionRole.TOPICS}, "section", "communication"),
        (
            {"role": QuestionRole.TOPICS, "section": QuestionSection.COMMUNICATION},
            "options",
            "can't be enforced",
        ),
    ],
)
def test_a_question_that_cannot_be_is_refused_by_field(
    given: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence) as refused:
        checked(draft(**given))
    assert refused.value.field == field


def test_yes_and_no_need_no_options_and_a_text_has_none() -> None:
    assert [o.key for o in checked(draft(kind=QuestionKind.YES_NO)).words.options] == ["yes", "no"]
    assert checked(draft(kind=QuestionKind.TEXT)).words.options == ()


def test_options_are_read_back_as_they_were_written() -> None:
    made = (Option("skin", "Skincare", "Skincare"), Option("hair", "Hair"))
    assert options(plain(made)) == made


def test_answers_keep_the_order_of_the_question() -> None:
    given = answer(QuestionKind.MANY, COFFEE, COFFEE, ["espresso", "filter", "espresso", ""])
    assert given == Answer(("filter", "espresso"))


def test_nothing_sent_is_no_answer() -> None:
    assert answer(QuestionKind.ONE, COFFEE, COFFEE, ["", " "]) == NOTHING
    assert NOTHING.empty


def test_one_answer_is_one() -> None:
    with pytest.raises(Invalid, match="Choose one"):
        answer(QuestionKind.ONE, COFFEE, COFFEE, ["filter", "espresso"])


def test_an_answer_that_was_taken_off_the_list_is_named() -> None:
    now = Words("Coffee?", options=COFFEE.options[:1])
    with pytest.raises(Invalid, match="“Espresso” isn't offered any more"):
        answer(QuestionKind.ONE, COFFEE, now, ["espresso"])
    with pytest.raises(Invalid, match="doesn't exist"):
        answer(QuestionKind.ONE, COFFEE, now, ["tea"])


def test_free_text_has_an_end() -> None:
    assert answer(QuestionKind.TEXT, COFFEE, COFFEE, [" oat  "]) == Answer(body="oat")
    with pytest.raises(Invalid, match="it has 501"):
        answer(QuestionKind.TEXT, COFFEE, COFFEE, ["x" * 501])


def test_a_later_question_does_not_uncomplete_a_profile() -> None:
    assert Progress(4, 4).complete
    assert not Progress(4, 5).complete
    assert Progress(4, 5, completed_before=True).percent == 100
    assert Progress(3, 5).missing == 2
    assert not Progress(0, 0).complete


def test_what_one_wants_to_be_sent_is_no_part_of_the_profile() -> None:
    assert [section for section in QuestionSection if not counts(section)] == [QuestionSection.COMMUNICATION]


def test_a_fingerprint_changes_with_any_answer() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1}) != fingerprint({"a": 1, "b": 3})
