"""Adding a store, and its webhook secret. PRODUCT N2."""

from typing import Annotated

from pydantic import Field

from db.enums import Platform
from web.forms import Fields, Form


class StoreFields(Fields):
    """`secret` empty: one is made."""

    name: Annotated[str, Field(max_length=120)]
    platform: Platform
    domain: Annotated[str, Field(max_length=300)] = ""
    secret: Annotated[str, Field(max_length=300)] = ""


class StoreForm(Form[StoreFields]):
    model = StoreFields


class SecretFields(Fields):
    secret: Annotated[str, Field(max_length=300)] = ""


class SecretForm(Form[SecretFields]):
    model = SecretFields
