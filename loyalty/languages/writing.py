"""Numbers and days in a reader's language, for mail. Pages have `web.filters.Formats`."""

from datetime import date

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from loyalty.languages.catalogues import PSEUDO, Language
from loyalty.programmes import Programme


def locale_for(programme: str, language: Language | None) -> str:
    """The locale of numbers and dates: the programme's where it is of the reader's language, else the language's."""
    if language is None or language.tag == PSEUDO:
        return programme
    same = programme.replace("_", "-").partition("-")[0] == language.tag.partition("-")[0]
    return programme if same else language.tag


def number(value: int, programme: Programme, language: Language) -> str:
    """2480 → 2,480."""
    return str(format_decimal(value, locale=_locale(programme, language)))


def amount(points: int, programme: Programme, language: Language) -> str:
    """2480 → 2,480 points."""
    unit = programme.unit_one if abs(points) == 1 else programme.unit_many
    return f"{number(points, programme, language)} {language.gettext(unit)}"


def long_day(day: date, programme: Programme, language: Language) -> str:
    """31 December 2026."""
    return str(format_date(day, "long", locale=_locale(programme, language)))


def _locale(programme: Programme, language: Language) -> Locale:
    return Locale.parse(locale_for(programme.locale, language).replace("-", "_"))
