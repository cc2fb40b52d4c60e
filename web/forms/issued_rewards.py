"""Taking a reward back, or giving its price back. PRODUCT E2."""

from typing import Annotated, Literal

from pydantic import Field

from web.forms import Fields, Form


class RemovalFields(Fields):
    """`points`: return what was paid, or remove only."""

    points: Literal["return", "keep"] = "keep"
    reason: Annotated[str, Field(max_length=500)] = ""


class RemovalForm(Form[RemovalFields]):
    model = RemovalFields


class GoodwillFields(Fields):
    """`reason` is for the team."""

    reason: Annotated[str, Field(max_length=500)]


class GoodwillForm(Form[GoodwillFields]):
    model = GoodwillFields
