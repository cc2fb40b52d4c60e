"""Whom a sheet of people means: addresses wherever they are, or a column. PRODUCT K."""

import pytest

from loyalty.errors import Invalid
from loyalty.rules import segment_sheets as sheets
from loyalty.rules.segment_sheets import Cell, Column, Holds


def keys(text: str, column: Column | None) -> list[str | None]:
    return [cell.key for cell in sheets.read(text).meant(column)]


@pytest.mark.parametrize(
    ("text", "guessed", "found"),
    [
        ("ines@example.org\nREX@example.org", "email:0", ["ines@example.org", "rex@example.org"]),
        ("Name;E-mail\r\nInes;INES@example.org\r\n", "email:1", ["ines@example.org"]),
        ("ID\tNote\n4711\tcall\n4712\t", "id:0", ["4711", "4712"]),
        ("Note,Customer ID\nx,c-1\ny,c-2", "id:1", ["c-1", "c-2"]),
        ("4711\n4712", "id:0", ["4711", "4712"]),
        ("write to a@b.de, or <c@d.de>\n\nnobody\nat all\nreally", "", ["a@b.de", "c@d.de"]),
        ('"Okafor, Ines",ines@example.org', "email:1", ["ines@example.org"]),
    ],
)
def test_the_column_that_says_who_is_meant_is_guessed(
    text: str, guessed: str, found: list[str | None]
) -> None:
    column = sheets.read(text).guess()
    assert (column.stored if column else "") == guessed
    assert keys(text, column) == found


def test_rows_are_counted_as_a_spreadsheet_does_and_what_is_no_address_is_kept() -> None:
    sheet = sheets.read("E-mail\n\n=cmd()\nines@example.org\n")
    assert sheet.heading == ("E-mail",)
    assert sheet.meant(Column(Holds.EMAIL, 0)) == (
        Cell(3, "=cmd()", None),
        Cell(4, "ines@example.org", "ines@example.org"),
    )


def test_nobody_too_many_and_other_columns_are_refused() -> None:
    many = sheets.read("\n".join(f"c{number}@example.org" for number in range(sheets.MOST + 1)))
    for sheet, column, sentence in (
        (sheets.read(""), None, "no e-mail address"),
        (sheets.read("Name\nInes"), None, "no e-mail address"),
        (sheets.read("Name\nInes"), Column(Holds.ID, 1), "no such column"),
        (many, None, "at most 50,000 people"),
    ):
        with pytest.raises(Invalid, match=sentence):
            sheet.meant(column)
    with pytest.raises(Invalid, match="too long to be one"):
        sheets.read("x" * 200_000)
    for wrong in ("x:1", "email:", "email:²", "id:99999"):
        with pytest.raises(Invalid, match="Choose a column"):
            sheets.column(wrong)
    assert sheets.column("") is None
