from datetime import date
from typing import Annotated

import pytest
from litestar.datastructures import FormMultiDict, MultiDict
from pydantic import Field, field_validator

from web.forms import Fields, Form, Whole


class LoafFields(Fields):
    name: Annotated[str, Field(max_length=5)]
    weight: int
    baked: date | None = None

    @field_validator("weight")
    @classmethod
    def not_air(cls, weight: int) -> int:
        if weight <= 0:
            raise ValueError("A loaf weighs something.")
        return weight


class LoafForm(Form[LoafFields]):
    model = LoafFields


def read(**sent: str) -> LoafForm:
    return LoafForm.read(FormMultiDict(sent))


def test_a_good_form_has_checked_fields() -> None:
    form = read(name=" Rye ", weight="800", key="abc", version="3")
    assert not form.errors
    assert form.fields == LoafFields(name="Rye", weight=800)
    assert (form.key, form.version) == ("abc", 3)


def test_every_error_is_told_by_field_and_every_word_kept() -> None:
    form = read(name="Sourdough", weight="-1")
    assert form.errors == {"name": "This is too long.", "weight": "A loaf weighs something."}
    assert form.typed == {"name": "Sourdough", "weight": "-1", "baked": ""}


def test_empty_fields_count_as_missing_and_undeclared_ones_are_never_read() -> None:
    form = read(name="  ", weight="many", owner="me")
    assert form.errors == {"name": "This is needed.", "weight": "Enter a whole number."}
    assert "owner" not in form.typed


class TrayFields(Fields):
    loaves: Annotated[Whole, Field(ge=1, le=24)]
    hours: Annotated[Whole, Field(ge=0)] = 0
    kinds: str = ""


class TrayForm(Form[TrayFields]):
    model = TrayFields
    many = ("kinds",)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("-5", "This has to be above zero."),
        ("−5", "This has to be above zero."),
        ("0", "This has to be above zero."),
        ("1,000", "This can be at most 24."),
        ("9" * 400, "This can be at most 24."),
        ("5-", "Enter a whole number."),
        ("--5", "Enter a whole number."),
        ("²", "Enter a whole number."),
        ("1.5", "Enter a whole number."),
    ],
)
def test_a_number_out_of_bounds_is_told_the_bound(typed: str, sentence: str) -> None:
    assert TrayForm.read(FormMultiDict({"loaves": typed})).errors == {"loaves": sentence}
    assert TrayForm.typed_in({"loaves": "2", "hours": "-1"}).errors == {"hours": "This can’t be below zero."}


def test_what_is_ticked_several_times_is_read_from_a_form_and_from_an_address() -> None:
    sent = [("loaves", "2"), ("kinds", "rye"), ("kinds", "spelt")]
    assert TrayForm.read(FormMultiDict(sent)).fields.kinds == "rye,spelt"
    assert TrayForm.typed_in(MultiDict(sent)).fields.kinds == "rye,spelt"


def test_a_version_that_is_no_number_is_none() -> None:
    assert read(name="Rye", weight="1", version="²").version is None
