"""Signing in with an address and a password."""

from typing import Annotated

from pydantic import Field

from web.forms import Fields, Form


class SignInFields(Fields):
    """`email` isn't checked for its shape: an unknown address and a wrong one get the same answer."""

    email: Annotated[str, Field(max_length=254)]
    password: Annotated[str, Field(max_length=1000)]


class SignInForm(Form[SignInFields]):
    model = SignInFields
