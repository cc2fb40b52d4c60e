"""A file of points: which headings mean what, and what a row may say. PRODUCT N1."""

import re
from dataclasses import dataclass
from datetime import date

from loyalty.errors import Invalid
from loyalty.rules import adjustments

EMAIL = ("email", "e-mail", "email address", "customer email", "emails")
NUMBER = ("customer number", "customer id", "customer_id", "external id", "external_id", "card number", "uid")
POINTS = (
    *("points", "points balance", "points_balance", "point balance", "balance", "current points balance"),
    *("current points", "available points", "available"),
)
REASON = ("reason", "internal reason", "internal note", "note", "notes")
COMMENT = ("comment", "customer comment", "description")
EXPIRES = ("expires", "expires on", "expires at", "expires_at", "expiry date", "expiration date")
MEANINGS = {
    "the address": EMAIL,
    "the customer's number": NUMBER,
    "points": POINTS,
    "the reason": REASON,
    "the comment": COMMENT,
    "the expiry date": EXPIRES,
}
LEFT_ASIDE = frozenset((
    *("first name", "last name", "full name", "name", "first_name", "last_name", "phone", "tags", "birthday"),
    *("points spent", "points earned", "lifetime points", "member status", "vip tier", "tier", "referral link"),
    *("referral url", "pending", "earned", "redeemed", "expired", "clawed_back", "debt"),
))  # fmt: skip
"""Columns that loyalty apps and our own exports have beside the balance."""

_WHOLE = re.compile(r"([+\-−–—]?\s*\d[\d\s]*)[.,]0{1,2}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class PointsRow:
    """One row as written, its cells read. `points` is signed; where balances are set it is the balance.

    `email` is folded; it and `number` may both be there. `last_day` is the last day the points can be used.
    """

    row: int
    email: str | None
    number: str | None
    points: int
    reason: str
    comment: str
    last_day: date | None


def points(cell: str, *, balance: bool) -> int:
    """The points of a cell: signed, 0 for nothing to do; a `balance` isn't below 0. Raises Invalid."""
    whole = _WHOLE.fullmatch(cell.strip())
    text = whole.group(1) if whole else cell
    read = 0 if re.fullmatch(r"\s*[+\-−]?0+\s*", text) else adjustments.parse_points(text)
    if balance and read < 0:
        raise Invalid("A balance can't be below 0.", field="points")
    return read


def last_day(cell: str, today: date) -> date | None:
    """The day after which points are gone; None for an empty cell. Raises Invalid."""
    text = cell.strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise Invalid(f"“{text[:40]}” isn't a day; write it as 2027-12-31.", field="expires")
    if day < today:
        raise Invalid(f"{day} is past, so these points would be gone at once.", field="expires")
    return day
