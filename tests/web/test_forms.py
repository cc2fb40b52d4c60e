from datetime import date
from typing import Annotated

from litestar.datastructures import FormMultiDict
from pydantic import Field, field_validator

from web.forms import Fields, Form


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


def test_a_version_that_is_no_number_is_none() -> None:
    assert read(name="Rye", weight="1", version="²").version is None
