"""Moments as platforms write them, to aware UTC datetimes."""

from datetime import UTC, datetime, tzinfo
from functools import lru_cache

LONGEST = 40
"""Characters a moment can have; more is nonsense, and not worth caching."""


def moment(text: str, zone: tzinfo = UTC) -> datetime:
    """An ISO 8601 moment, also with a space before the offset; `zone` is for text without an offset.

    Raises ValueError.
    """
    return _moment(text[:LONGEST], zone)


@lru_cache(maxsize=4096)
def _moment(text: str, zone: tzinfo) -> datetime:
    plain = text.strip()
    try:
        # Shopify's exports write a space before the offset, which fromisoformat doesn't take.
        read = datetime.fromisoformat(plain[:19] + plain[19:].replace(" ", "") if len(plain) > 19 else plain)
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("isn't a date and time") from None
