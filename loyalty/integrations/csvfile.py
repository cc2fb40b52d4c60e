"""Tables as shop platforms and spreadsheets export them, streamed row by row.

Comma, semicolon or tab; quoted cells with line breaks; LF, CRLF or CR. Row numbers are the
spreadsheet's: the heading is row 1. Cells stay as they are, formulas included.
"""

import csv
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

from loyalty.errors import Invalid
from loyalty.integrations import files

DELIMITERS = (",", ";", "\t")
Cells: TypeAlias = list[str]
Pick: TypeAlias = Callable[[Cells], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its heading as written, and its data rows, which can be iterated once.

    Iterating yields (row number, cells); blank rows are skipped, short rows padded. Every row
    has one empty cell more than the heading, which stands for any column the file doesn't have.
    """

    name: str
    heading: tuple[str, ...]
    rows: Iterator[tuple[int, Cells]]
    _index: dict[str, int] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[int, Cells]]:
        return self.rows

    def has(self, column: str) -> bool:
        """Whether the heading has `column`, ignoring case and needless spaces."""
        return folded(column) in self._index

    def pick(self, columns: Sequence[str]) -> Pick:
        """A function from a row to the cells of `columns` (two or more), "" where the file lacks one."""
        pick: Pick = itemgetter(*(self._index.get(folded(column), -1) for column in columns))
        return pick

    def require(self, columns: Collection[str], *, what: str) -> None:
        """Raises Invalid naming the first of `columns` that is missing or there twice."""
        names = [folded(column) for column in self.heading]
        for column in columns:
            if not self.has(column):
                raise Invalid(f"{self.name} has no column “{column}”, so it isn't {what}.", field=column)
            if names.count(folded(column)) > 1:
                raise Invalid(f"{self.name} has the column “{column}” twice.", field=column)

    def refuse_unknown(self, known: Callable[[str], bool]) -> None:
        """Raises Invalid naming the first column for which `known(name)` is false."""
        for column in self.heading:
            if column.strip() and not known(folded(column)):
                raise Invalid(
                    f"{self.name} has an unknown column, “{column}”: rename it or leave it out.", field=column
                )


def folded(column: str) -> str:
    """A column's name for comparing: without case and needless spaces."""
    return " ".join(column.split()).casefold()


def read(path: Path) -> Sheet:
    """Open a table and read its heading. Raises Invalid when the file can't be a table."""
    lines = files.lines(path)
    first = next(lines, "")
    if first.lower().startswith("sep=") and len(first.strip()) == len("sep=;"):
        delimiter, first = first[4], next(lines, "")
    else:
        delimiter = max(DELIMITERS, key=first.count)
    records = _records(first, lines, delimiter, path.name)
    _, heading = next(records, (1, []))
    if not any(cell.strip() for cell in heading):
        raise Invalid(f"{path.name} has no heading row.")
    names = tuple(heading)
    index = {folded(column): at for at, column in reversed(list(enumerate(names)))}
    return Sheet(path.name, names, _shaped(records, len(names), path.name), index)


def _records(first: str, lines: Iterator[str], delimiter: str, name: str) -> Iterator[tuple[int, Cells]]:
    def every() -> Iterator[str]:
        yield first
        yield from lines

    number = 0
    try:
        for number, cells in enumerate(csv.reader(every(), delimiter=delimiter, strict=True), start=1):
            yield number, cells
    except csv.Error:
        raise Invalid(
            f"{name}, row {number + 1}: a quotation mark is missing or out of place, or a cell is too long."
        ) from None


def _shaped(records: Iterator[tuple[int, Cells]], width: int, name: str) -> Iterator[tuple[int, Cells]]:
    for number, cells in records:
        extra = len(cells) - width
        if extra > 0:
            if any(cells[width:]):
                raise Invalid(f"{name}, row {number}: {len(cells)} cells where the heading has {width}.")
            del cells[width:]
        elif extra < 0:
            if not any(cells):
                continue
            cells.extend([""] * -extra)
        cells.append("")
        yield number, cells
