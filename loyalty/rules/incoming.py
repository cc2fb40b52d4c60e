"""What no platform can have meant, of anything that comes in: ids and moments no row can hold."""

from datetime import UTC, datetime

from loyalty.errors import Invalid

LONGEST_ID = 120
FIRST = datetime(1990, 1, 1, tzinfo=UTC)
LAST = datetime(2059, 1, 1, tzinfo=UTC)
"""The calendar of `db.ids`, which mint an id from the moment something happened."""


def refuse_identifier(text: str, noun: str) -> None:
    """Return when the id can be stored. Raises Invalid."""
    if not 1 <= len(text) <= LONGEST_ID:
        raise Invalid(f"The id of this {noun} must have 1 to {LONGEST_ID} characters.", field="id")


def refuse_moment(at: datetime | None, what: str, field: str) -> None:
    """Return when the moment is in the calendar, or unknown. Raises Invalid."""
    if at is not None and not FIRST <= at < LAST:
        raise Invalid(
            f"{what} is dated {at:%Y-%m-%d}; dates run from {FIRST.year} to {LAST.year - 1}.", field=field
        )
