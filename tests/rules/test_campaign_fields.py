import pytest
from hypothesis import given
from hypothesis import strategies as some

from loyalty.errors import Invalid
from loyalty.rules.campaigns.fields import Field, MissingValue, fill, read, unanswered
from tests.rules.properties import property_test


def test_a_field_takes_the_value_of_the_person():
    parts = read("Hello {{ first_name }}, {{points_balance}} points wait.")
    assert fill(parts, {"first_name": "Ines", "points_balance": "170"}) == "Hello Ines, 170 points wait."


def test_a_missing_value_takes_the_fallback_or_keeps_the_message_back():
    parts = read("{{ tier | friend }} of the house, {{ last_product }}")
    assert parts[0] == Field("tier", "friend")
    assert unanswered(parts, {"last_product": " "}) == ("last_product",)
    assert fill(parts, {"last_product": "Rye"}) == "friend of the house, Rye"
    with pytest.raises(MissingValue, match="last_product"):
        fill(parts, {"last_product": None})


def test_an_empty_fallback_is_a_fallback():
    assert fill(read("Dear{{ first_name | }}"), {}) == "Dear"


def test_a_field_that_does_not_exist_is_refused_with_the_one_that_was_meant():
    with pytest.raises(Invalid, match="Did you mean {{ points_balance }}"):
        read("{{ point_balance }}")
    with pytest.raises(Invalid, match="There is no field {{ preference.milk }}"):
        read("{{ preference.milk }}", questions=("coffee",))
    assert fill(read("{{ preference.coffee }}", ("coffee",)), {"preference.coffee": "oat"}) == "oat"


@pytest.mark.parametrize(
    "text",
    [
        "{{7*7}}",
        "{{ ''.__class__ }}",
        "{% for x in y %}",
        "{{ config['KEY'] }}",
        "{tier}",
        "{{{}}}",
        "{{ | x }}",
    ],
)
def test_what_is_no_field_stays_text(text: str):
    assert fill(read(text), {}) == text


def test_a_value_is_one_line_and_is_never_read_again():
    parts = read("{{ first_name }}")
    assert fill(parts, {"first_name": "Ines\r\nBcc: all@example.com"}) == "Ines Bcc: all@example.com"
    assert fill(parts, {"first_name": "{{ points_balance }}"}) == "{{ points_balance }}"


@property_test
@given(some.text())
def test_a_text_without_braces_is_itself(text: str):
    plain = text.replace("{", "")
    assert fill(read(plain), {}) == plain
