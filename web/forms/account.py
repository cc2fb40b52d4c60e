"""One's own account: name, address, password."""

from typing import Annotated

from pydantic import Field

from loyalty.staff import Account
from web.forms import Fields, Form

INVALID = ".invalid"


class DetailFields(Fields):
    name: Annotated[str, Field(max_length=120)]
    email: Annotated[str, Field(max_length=254)]


class DetailForm(Form[DetailFields]):
    model = DetailFields

    def draw(self, about: Account) -> None:
        """Show the account as it is; an address that was never said stays empty."""
        email = "" if about.email.endswith(INVALID) else about.email
        self.typed, self.version = {"name": about.name, "email": email}, about.version


class PasswordFields(Fields):
    """Passwords are taken as typed, blanks at the ends too."""

    model_config = {"str_strip_whitespace": False, "frozen": True}

    current: Annotated[str, Field(max_length=1000)] = ""
    password: Annotated[str, Field(max_length=1000)]


class PasswordForm(Form[PasswordFields]):
    model = PasswordFields
