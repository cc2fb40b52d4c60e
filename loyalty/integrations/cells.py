"""Cells of an export: read one, or refuse it by row and column."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from loyalty.errors import Invalid
from loyalty.integrations import amounts, moments
from loyalty.integrations.bodies import clean
from loyalty.rules import money


@dataclass(frozen=True, slots=True)
class Reading:
    """What an export leaves unsaid: the store's currency, the zone of moments without an offset.

    `extra_columns`: accept columns that aren't known, and leave them unread.
    """

    currency: str
    zone: tzinfo = UTC
    extra_columns: bool = False


_ROUNDED = re.compile(r"\d([.,]\d+)?[eE]\+\d+")
_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


class Unreadable(ValueError):
    """A cell that can't be read; `at` makes it the sentence a person sees."""

    def __init__(self, column: str, value: str, why: str) -> None:
        super().__init__(why)
        self.column, self.value, self.why = column, value, why

    def at(self, name: str, row: int) -> Invalid:
        shown = f"“{clean(self.value)[:40]}” " if self.value else ""
        return Invalid(f"{name}, row {row}, {self.column}: {shown}{self.why}.", field=self.column)


def text(cell: str) -> str:
    return clean(cell).strip()


def optional(cell: str) -> str | None:
    return clean(cell).strip() or None


def amount(column: str, cell: str, currency: str) -> int:
    """Minor units; an empty cell is 0."""
    if not cell:
        return 0
    try:
        return amounts.written(cell, currency)
    except ValueError as error:
        raise Unreadable(column, cell, str(error)) from None


def known_amount(column: str, cell: str, currency: str) -> int:
    """An amount that must be there."""
    if not cell.strip():
        raise Unreadable(column, "", "is empty")
    return amount(column, cell, currency)


def count(column: str, cell: str) -> int:
    try:
        return amounts.count(cell)
    except ValueError as error:
        raise Unreadable(column, cell, str(error)) from None


def currency(column: str, cell: str, default: str) -> str:
    """An ISO 4217 code; `default` for an empty cell."""
    try:
        return money.currency_code(cell.strip() or default)
    except Invalid:
        raise Unreadable(column, cell, "isn't a currency code such as EUR") from None


def moment(column: str, cell: str, zone: tzinfo) -> datetime | None:
    """An aware UTC moment; None for an empty cell."""
    if not cell.strip():
        return None
    try:
        return moments.moment(cell, zone)
    except ValueError as error:
        raise Unreadable(column, cell, str(error)) from None


def known_moment(column: str, cell: str, zone: tzinfo) -> datetime:
    """A moment that must be there."""
    at = moment(column, cell, zone)
    if at is None:
        raise Unreadable(column, "", "is empty")
    return at


def plain(column: str, cell: str) -> str | None:
    """An id or phone number without the apostrophe that keeps spreadsheets from reformatting it."""
    bare = text(cell).removeprefix("'").strip()
    if _ROUNDED.fullmatch(bare):
        raise Unreadable(column, cell, "was rounded by a spreadsheet; use the file as it was exported")
    return bare or None


def yes(cell: str) -> bool | None:
    """Yes or no in the words exports use; None for an empty cell or any other word."""
    return _YES.get(cell.strip().casefold())
