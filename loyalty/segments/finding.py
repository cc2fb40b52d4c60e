"""Whom the cells of a sheet mean here, and which of them mean nobody (PRODUCT K)."""

import csv
import io
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from db.engine import Row, rows
from db.enums import CustomerType
from loyalty.exports.files import cell
from loyalty.rules import segment_sheets as sheets
from loyalty.rules.naming import name_of
from loyalty.rules.segment_sheets import Cell, Column, Holds, Sheet

_AT_ONCE = 500
_FEW = 5
# A record that was merged into another means that one.
_PERSON = "k.id, k.uid, k.type, k.first_name, k.last_name, k.email, k.phone"
_BY_EMAIL = f"""SELECT c.email_key AS key, {_PERSON} FROM customers c
    JOIN customers k ON k.programme_id = c.programme_id AND k.id = coalesce(c.merged_into, c.id)
    WHERE c.programme_id = {{}} AND c.email_key IN ("""
_BY_ID = f"""SELECT i.external_id AS key, {_PERSON} FROM customer_identities i
    JOIN customers k ON k.programme_id = i.programme_id AND k.id = i.customer_id
    WHERE i.programme_id = {{}} AND i.external_id IN ("""


@dataclass(frozen=True, slots=True)
class Missing:
    """A row that puts nobody on a list, and why, as a sentence."""

    row: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """Ids of the people, each once; five of their names; `cells` were looked at."""

    ids: tuple[int, ...]
    names: tuple[str, ...]
    missing: tuple[Missing, ...]
    cells: int

    @property
    def twice(self) -> int:
        """How many rows name somebody who was named already."""
        return self.cells - len(self.missing) - len(self.ids)


@dataclass(frozen=True, slots=True)
class Looked:
    """Who is meant, by which of which columns; the column is empty for addresses wherever they are."""

    columns: tuple[str, ...]
    column: str
    found: Found


async def look(programme_id: int, text: str, chosen: str | None = None) -> Looked:
    """Whom a text would put on a list. `chosen` is a column as stored; None: the one that is guessed.

    Raises Invalid for nobody, too many, and a column that isn't there.
    """
    sheet = sheets.read(text)
    column = sheet.guess() if chosen is None else sheets.column(chosen)
    return Looked(sheet.heading, column.stored if column else "", await _found(programme_id, sheet, column))


async def missing_csv(programme_id: int, text: str, chosen: str) -> AsyncIterator[str]:
    """The rows that put nobody on a list, safe for spreadsheets. Raises Invalid as `look`."""
    rows_ = (await look(programme_id, text, chosen)).found.missing
    return _csv(rows_)


async def _csv(missing: Sequence[Missing]) -> AsyncIterator[str]:
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n").writerow
    write(("row", "value", "why"))
    for each in missing:
        write((each.row, cell(each.text), cell(each.why)))
    yield text.getvalue()


async def _found(programme_id: int, sheet: Sheet, column: Column | None) -> Found:
    cells = sheet.meant(column)
    keys = list(dict.fromkeys(each.key for each in cells if each.key))
    by_id = column is not None and column.holds is Holds.ID
    people: dict[str, list[Row]] = {}
    for row in await _people(programme_id, _BY_ID if by_id else _BY_EMAIL, keys):
        people.setdefault(row["key"], []).append(row)
    here = {
        person["id"]: name_of(person)
        for key in keys
        for person in people.get(key, ())
        if person["type"] != CustomerType.LEFT
    }
    return Found(
        tuple(here),
        tuple(islice(here.values(), _FEW)),
        tuple(_missing(cells, people, "customer id" if by_id else "address")),
        len(cells),
    )


def _missing(cells: Sequence[Cell], people: dict[str, list[Row]], what: str) -> Iterator[Missing]:
    for each in cells:
        meant = people.get(each.key or "", [])
        if each.key is None:
            yield Missing(each.row, each.text, "This is no e-mail address.")
        elif not meant:
            yield Missing(each.row, each.text, f"Nobody here has this {what}.")
        elif all(person["type"] == CustomerType.LEFT for person in meant):
            yield Missing(each.row, each.text, f"{name_of(meant[0])} has left the programme.")


async def _people(programme_id: int, sql: str, keys: Sequence[str]) -> list[Row]:
    answer: list[Row] = []
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        answer += await rows(f"{sql}{', '.join(['{}'] * len(part))})", programme_id, *part)
    return answer
