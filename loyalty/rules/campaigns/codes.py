"""Codes that a merchant made in their shop, as they are pasted or stand in a file. PRODUCT M1."""

import csv
from collections.abc import Iterable

from loyalty.errors import Invalid

MOST = 200_000
"""Codes brought at once."""

LONGEST = 100

_TITLES = {"code", "codes", "coupon", "coupon code", "coupon codes", "discount code", "gutscheincode"}


def read(text: str) -> tuple[str, ...]:
    """The codes of a list or a CSV, each once, in their order.

    The column called “code” counts, else the first. Raises Invalid naming the line of what can't be a code.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        return ()
    separator = max(",;\t", key=lines[0][1].count)
    cells = [
        (number, [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])])
        for number, line in lines
    ]
    column = _column(cells[0][1])
    found: dict[str, str] = {}
    for number, row in cells if column is None else cells[1:]:
        place = column or 0
        code = row[place] if place < len(row) else ""
        if code:
            found.setdefault(key(code), _checked(code, number))
    if len(found) > MOST:
        raise Invalid(f"At most {MOST:,} codes at once. Bring the rest after these.", field="codes")
    return tuple(found.values())


def key(code: str) -> str:
    """What two codes are compared by: shops don't tell capitals apart."""
    return code.lower()


def _column(titles: Iterable[str]) -> int | None:
    return next((place for place, title in enumerate(titles) if title.lower() in _TITLES), None)


def _checked(code: str, line: int) -> str:
    if len(code) > LONGEST or not code.isprintable() or any(character.isspace() for character in code):
        raise Invalid(
            f"Line {line} is no code: it has a space in it, or more than {LONGEST} characters.", field="codes"
        )
    return code
