"""The day a balance is asked for. PRODUCT O3."""

from datetime import date
from typing import Annotated, Self

from pydantic import BeforeValidator

from web.forms import Fields, Form


def not_before_ids(typed: str) -> str:
    """Years with four digits, from 1990 on: no shop's history is older."""
    if typed[:4].isdecimal() and not 1990 <= int(typed[:4]) <= 2058:
        raise ValueError("Choose a day between 1990 and 2058.")
    return typed


class AsOfFields(Fields):
    """`day` None is now."""

    day: Annotated[date, BeforeValidator(not_before_ids)] | None = None


class AsOfForm(Form[AsOfFields]):
    model = AsOfFields

    @classmethod
    def asked(cls, day: str) -> Self:
        """The form as it stands in an address."""
        form = cls()
        form.typed["day"] = day[:20]
        form._check()
        return form
