"""Declining a request: the reason is for the person who asked. PRODUCT C7."""

from typing import Annotated

from pydantic import Field

from web.forms import Fields, Form


class RefusalFields(Fields):
    reason: Annotated[str, Field(max_length=500)]


class RefusalForm(Form[RefusalFields]):
    model = RefusalFields
