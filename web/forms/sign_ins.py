"""Signing in to the portal, and joining. PRODUCT O2."""

from typing import Annotated, Self

from pydantic import Field

from loyalty.errors import LoyaltyError
from web.forms import Fields, Form


class AddressFields(Fields):
    """`email` is judged by the verb, which says the same to everybody; `shop` is the programme's handle."""

    email: Annotated[str, Field(max_length=254)]
    shop: Annotated[str, Field(max_length=60)] = ""


class AddressForm(Form[AddressFields]):
    model = AddressFields

    def refused(self, refusal: LoyaltyError) -> Self:
        """The form with the refusal where it belongs."""
        self.errors = {"email": str(refusal)}
        return self


class CodeFields(Fields):
    """However it is grouped, as long as it is digits."""

    code: Annotated[str, Field(max_length=40)]


class CodeForm(Form[CodeFields]):
    model = CodeFields


class JoinFields(Fields):
    """A name is needed only where none is known."""

    first_name: Annotated[str, Field(max_length=120)] = ""
    last_name: Annotated[str, Field(max_length=120)] = ""


class JoinForm(Form[JoinFields]):
    model = JoinFields
