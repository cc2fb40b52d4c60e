"""What the settings page edits, and what can be."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import available_timezones

from babel.core import Locale, UnknownLocaleError
from babel.numbers import is_currency

from db.enums import ObjectiveMetric, Unit
from loyalty.errors import Invalid
from loyalty.programmes import Programme
from loyalty.rules import colours, days
from loyalty.rules.money import LARGEST_MINOR

DEFAULT_CARD = 10
"""Stamps on a card when a programme begins to count stamps."""

MOST_MAILS = 1_000_000
"""An hour."""

FIELDS = (
    "name", "unit", "unit_one", "unit_many", "time_zone", "currency", "locale", "brand_colour", "objective",
    "objective_metric", "point_value_micros", "platform_customers_join", "measures_opens", "mails_an_hour",
)  # fmt: skip
"""Names of the fields, which are those of the columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """`point_value_micros`: a point in millionths of a major currency unit, 0 for not said."""

    name: str
    unit: Unit
    unit_one: str
    unit_many: str
    time_zone: str
    currency: str
    locale: str
    brand_colour: str
    objective: str
    objective_metric: ObjectiveMetric
    point_value_micros: int
    platform_customers_join: bool
    measures_opens: bool = False
    mails_an_hour: int = 0


def details_of(programme: Programme) -> Details:
    """What is set."""
    return Details(**{name: getattr(programme, name) for name in FIELDS})


def read(row: Mapping[str, Any]) -> Details:
    """Details as JSON remembers them."""
    words = {"unit": Unit(row["unit"]), "objective_metric": ObjectiveMetric(row["objective_metric"])}
    return Details(**{**row, **words})


def checked(wanted: Details) -> Details:
    """The details as they are kept. Raises Invalid naming the field."""
    for field, longest, called in (
        ("name", 120, "name"),
        ("unit_one", 40, "word"),
        ("unit_many", 40, "word"),
    ):
        if not 1 <= len(getattr(wanted, field)) <= longest:
            raise Invalid(f"The {called} needs 1 to {longest} characters.", field=field)
    if len(wanted.objective) > 500:
        raise Invalid("The objective has at most 500 characters.", field="objective")
    days.zone(wanted.time_zone)
    if wanted.time_zone not in available_timezones():
        raise Invalid("Choose a time zone from the list, such as Europe/Berlin.", field="time_zone")
    currency = wanted.currency.upper()
    if not is_currency(currency):
        raise Invalid("Enter an ISO 4217 code of three letters, such as EUR.", field="currency")
    try:
        Locale.parse(wanted.locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise Invalid("Enter a locale such as en, en_GB or de_AT.", field="locale") from None
    if not 0 <= wanted.point_value_micros <= LARGEST_MINOR:
        raise Invalid("What a point is worth starts at 0.", field="point_value")
    if not 0 <= wanted.mails_an_hour <= MOST_MAILS:
        raise Invalid(f"Up to {MOST_MAILS:,} an hour; 0 is without a limit.", field="mails_an_hour")
    colour, locale = colours.checked(wanted.brand_colour), wanted.locale.replace("-", "_")
    return replace(wanted, currency=currency, brand_colour=colour, locale=locale)
