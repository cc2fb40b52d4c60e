"""Settings → Programme: what it is called, where it is, what it counts, how it looks. PRODUCT O6."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field

from db.enums import ObjectiveMetric, Unit
from loyalty.errors import Invalid
from loyalty.programme_details.details import MOST_MAILS, Details
from loyalty.rules import colours
from web.forms import Fields, Form

_VALUE = re.compile(r"[0-9]{1,9}([.,][0-9]{0,6})?")


def micros(typed: str) -> str:
    """An amount in major units with up to six decimals; empty is not said."""
    if typed and not _VALUE.fullmatch(typed.replace(" ", "")):
        raise ValueError("Enter an amount such as 0.01, with up to six decimals.")
    return typed.replace(" ", "")


def colour(typed: str) -> str:
    """A colour as we keep it, or pydantic's kind of error with our sentence."""
    try:
        return colours.checked(typed)
    except Invalid as wrong:
        raise ValueError(str(wrong)) from wrong


class DetailsFields(Fields):
    """`point_value` is in major units: 0.01 is a cent."""

    name: Annotated[str, Field(max_length=120)]
    unit: Unit
    unit_one: Annotated[str, Field(max_length=40)]
    unit_many: Annotated[str, Field(max_length=40)]
    time_zone: Annotated[str, Field(max_length=64)]
    currency: Annotated[str, Field(max_length=3)]
    locale: Annotated[str, Field(max_length=20)]
    brand_colour: Annotated[str, AfterValidator(colour)]
    objective: Annotated[str, Field(max_length=500)] = ""
    objective_metric: ObjectiveMetric
    point_value: Annotated[str, AfterValidator(micros)] = ""
    joins: bool = False
    measures_opens: bool = False
    mails_an_hour: Annotated[int, Field(ge=0, le=MOST_MAILS)] = 0

    @property
    def details(self) -> Details:
        whole, _, decimals = self.point_value.replace(",", ".").partition(".")
        return Details(
            name=self.name,
            unit=self.unit,
            unit_one=self.unit_one,
            unit_many=self.unit_many,
            time_zone=self.time_zone,
            currency=self.currency,
            locale=self.locale,
            brand_colour=self.brand_colour,
            objective=self.objective,
            objective_metric=self.objective_metric,
            point_value_micros=int(whole or 0) * 1_000_000 + int(decimals.ljust(6, "0") or 0),
            platform_customers_join=self.joins,
            measures_opens=self.measures_opens,
            mails_an_hour=self.mails_an_hour,
        )


class DetailsForm(Form[DetailsFields]):
    model = DetailsFields

    @classmethod
    def drawn(cls, now: Details) -> Self:
        """The form with what is set."""
        form = cls()
        whole, rest = divmod(now.point_value_micros, 1_000_000)
        value = f"{whole}.{rest:06d}".rstrip("0").rstrip(".") if now.point_value_micros else ""
        form.typed = {name: str(getattr(now, name, "")) for name in form.typed}
        form.typed |= {
            "point_value": value,
            "joins": "on" if now.platform_customers_join else "",
            "measures_opens": "on" if now.measures_opens else "",
            "mails_an_hour": str(now.mails_an_hour or ""),
        }
        return form
