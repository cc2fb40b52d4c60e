"""Who is meant by a sheet of people for a list: addresses wherever they are, or one column of it (PRODUCT K)."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from loyalty.errors import Invalid
from loyalty.rules.orders import normalised_email

MOST = 50_000
LONGEST_CELL = 320
_DELIMITERS = (",", ";", "\t")
_ADDRESS = re.compile(r"[^\s,;\"'<>()]+@[^\s,;\"'<>()]+")
_LOOKED_AT = 50
_IDS = frozenset({"customer id", "id", "external id", "customer", "customer number", "client id"})


class Holds(StrEnum):
    """What a column says of a person."""

    EMAIL = "email"
    ID = "id"


@dataclass(frozen=True, slots=True)
class Column:
    """One column, counted from 0, and what is in it. `id`: what a shop's platform calls its customer."""

    holds: Holds
    place: int

    @property
    def stored(self) -> str:
        return f"{self.holds}:{self.place}"


@dataclass(frozen=True, slots=True)
class Cell:
    """What names one person: the row as a spreadsheet counts it, the cell as written, and what is looked up.

    `key` None: the cell is no e-mail address.
    """

    row: int
    text: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of cells with their numbers. `heading` names the columns, as far as the first row does."""

    heading: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def guess(self) -> Column | None:
        """The column that most likely says who is meant; None: addresses, wherever they are."""
        few = [cells for _, cells in self.rows[:_LOOKED_AT]]
        for place in range(len(self.heading)):
            held = [cells[place] for cells in few if len(cells) > place and cells[place]]
            if held and 2 * sum(map(_is_address, held)) >= len(held):
                return Column(Holds.EMAIL, place)
        if any(_ADDRESS.search(cell) for cells in few for cell in cells):
            return None
        names = [" ".join(name.split()).casefold() for name in self.heading]
        named = next((place for place, name in enumerate(names) if name in _IDS), 0)
        return Column(Holds.ID, named) if self.rows else None

    def meant(self, column: Column | None) -> tuple[Cell, ...]:
        """Whom it names, row by row. Raises Invalid for nobody, too many, and a column it doesn't have."""
        if column is not None and column.place >= len(self.heading):
            raise Invalid("The file has no such column. Choose another.", field="column")
        found = tuple(self._meant(column))
        if not found:
            raise Invalid("There is no e-mail address in this.", field="people")
        if len(found) > MOST:
            raise Invalid(f"A list takes at most {MOST:,} people at a time.", field="people")
        return found

    def _meant(self, column: Column | None) -> Iterator[Cell]:
        for number, cells in self.rows:
            if column is None:
                for text in _ADDRESS.findall(" ".join(cells)):
                    yield Cell(number, text, normalised_email(text))
            elif len(cells) > column.place and (text := cells[column.place]):
                is_id = column.holds is Holds.ID
                yield Cell(number, text, text if is_id else normalised_email(text))


def read(text: str) -> Sheet:
    """A pasted list or a CSV, with or without a heading; comma, semicolon or tab."""
    first = text.lstrip().partition("\n")[0]
    records = csv.reader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=first.count))
    try:
        every = [
            (number, tuple(cell.strip()[:LONGEST_CELL] for cell in cells))
            for number, cells in enumerate(records, start=1)
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error:
        raise Invalid(
            "A cell in this is too long to be one. Save it as CSV and try again.", field="people"
        ) from None
    width = max((len(cells) for _, cells in every), default=0)
    names: tuple[str, ...] = ()
    if every and _is_heading(every[0][1]):
        names, every = every[0][1], every[1:]
    heading = tuple(
        (names[place] if place < len(names) else "") or f"Column {place + 1}" for place in range(width)
    )
    return Sheet(heading, tuple(every))


def column(stored: str) -> Column | None:
    """What was chosen. Raises Invalid."""
    holds, _, place = stored.partition(":")
    if not stored:
        return None
    if holds not in list(Holds) or not (place.isascii() and place.isdecimal() and len(place) < 4):
        raise Invalid("Choose a column.", field="column")
    return Column(Holds(holds), int(place))


def _is_heading(cells: tuple[str, ...]) -> bool:
    """Nobody's row: no address in it, and something that isn't a number."""
    held = [cell for cell in cells if cell]
    return not any(map(_ADDRESS.search, held)) and not all(any(map(str.isdigit, cell)) for cell in held)


def _is_address(cell: str) -> bool:
    return _ADDRESS.fullmatch(cell.strip("<>\"' ")) is not None
