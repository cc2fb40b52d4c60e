"""Which days a rule is tried on. PRODUCT I2."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field

from web.forms import Fields, Form


class DryRunFields(Fields):
    """`source` is the run whose wording is tried again; empty: the rule's newest version."""

    first: date | None = None
    last: date | None = None
    source: Annotated[str, Field(max_length=40)] = ""


class DryRunForm(Form[DryRunFields]):
    model = DryRunFields

    @classmethod
    def blank(cls, first: date, last: date, source: str = "") -> Self:
        form = cls()
        form.typed = {"first": first.isoformat(), "last": last.isoformat(), "source": source}
        return form
