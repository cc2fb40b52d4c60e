"""The numbers that brought somebody into a segment, as a file or a terminal says them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def said(facts: Mapping[str, int | None], here: ZoneInfo) -> tuple[str, ...]:
    """A name and its number each; moments as days here."""
    return tuple(
        f"{name} {_plain(name, number, here)}" for name, number in facts.items() if number is not None
    )


def moment(facts: Mapping[str, int | None], name: str) -> datetime | None:
    """When a fact that is a moment was."""
    seconds = facts.get(name)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _plain(name: str, number: int, here: ZoneInfo) -> str:
    if not name.endswith("_at"):
        return str(number)
    return datetime.fromtimestamp(number, here).date().isoformat()
