"""Reading a file of points, row by row: what it says, or why a row can't be used. PRODUCT N1."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from loyalty.errors import Invalid
from loyalty.integrations import cells, csvfile
from loyalty.integrations.cells import Unreadable
from loyalty.integrations.csvfile import Sheet, folded
from loyalty.ledger.adjusting import refuse_long
from loyalty.rules import points_files as rules
from loyalty.rules.adjustments import comment as said
from loyalty.rules.orders import normalised_email
from loyalty.rules.points_files import PointsRow


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that can't be used, and why, as a sentence."""

    row: int
    why: str


def read(
    path: Path, today: date, *, balances: bool, comment: str, extra_columns: bool
) -> Iterator[PointsRow | Bad]:
    """The file's rows; `balances`: its points are what is to be there. What it leaves unsaid: reason and `comment`.

    Raises Invalid at once for a file that isn't one.
    """
    sheet = csvfile.read(path)
    columns = [_column(sheet, what, names) for what, names in rules.MEANINGS.items()]
    email, number, points, *_ = columns
    if points is None or not (email or number):
        raise Invalid(
            f"{path.name} needs a column “email” or “customer number”, and one called “points”.",
            field="points" if email or number else "email",
        )
    if not extra_columns:
        known = rules.LEFT_ASIDE.union(*rules.MEANINGS.values())
        sheet.refuse_unknown(known.__contains__)
    pick = sheet.pick([column or "\0" for column in columns])
    return (
        _row(row, pick(found), today, balances, (f"Points from {path.name}", comment)) for row, found in sheet
    )


def _column(sheet: Sheet, what: str, names: tuple[str, ...]) -> str | None:
    """The one column that has this meaning, None when there is none. Raises Invalid for two."""
    found = [column for column in sheet.heading if folded(column) in names]
    if len(found) > 1:
        raise Invalid(
            f"{sheet.name} has two columns for {what}, “{found[0]}” and “{found[1]}”: leave one out.",
            field=found[1],
        )
    return found[0] if found else None


def _row(
    row: int, found: tuple[str, ...], today: date, balances: bool, unsaid: tuple[str, str]
) -> PointsRow | Bad:
    email, number, points, reason, comment, expires = found
    try:
        address = cells.optional(email)
        one = PointsRow(
            row,
            normalised_email(address),
            cells.plain("number", number),
            rules.points(points, balance=balances),
            cells.text(reason) or unsaid[0][:500],
            said(cells.text(comment) or unsaid[1]),
            rules.last_day(expires, today),
        )
        if address and one.email is None:
            raise Invalid(f"“{address[:80]}” isn't an e-mail address.", field="email")
        if not (one.email or one.number):
            raise Invalid("It names nobody: neither an address nor a number.", field="email")
        refuse_long(one.reason, one.comment, "")
    except Unreadable as bad:
        return Bad(row, f"“{bad.value[:40]}” {bad.why}.")
    except Invalid as bad:
        return Bad(row, str(bad))
    return one
