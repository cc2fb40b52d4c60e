"""What a customer's open lots amount to at a moment: a pure sum, no query (PRODUCT B3, C2, C9)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from loyalty.customers.views import Due
from loyalty.ledger.lifetimes import UNTIL_VERIFIED
from loyalty.rules import money
from loyalty.rules.days import local_day

_BEFORE_MIDNIGHT = timedelta(microseconds=1)
_MICROS = 1_000_000


@dataclass(frozen=True, slots=True)
class OpenLot:
    """A lot with points left. `ends_at`: when they expire, None for never; `dead`: they have, posted or not."""

    remaining: int
    available_at: datetime
    ends_at: datetime | None
    dead: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """In points. `spendable` is before debt."""

    spendable: int
    pending: int
    next_release: Due | None
    next_expiry: Due | None


def standing(lots: Sequence[OpenLot], now: datetime, zone: ZoneInfo) -> Standing:
    """Sum the lots. Points waiting for a verified address are pending without a day (A4)."""
    alive = [lot for lot in lots if not lot.dead]
    pending = [lot for lot in alive if lot.available_at > now]
    dated = [lot for lot in pending if lot.available_at < UNTIL_VERIFIED]
    ending = [lot for lot in alive if lot.ends_at is not None and lot.ends_at > now]
    return Standing(
        spendable=sum(lot.remaining for lot in alive) - sum(lot.remaining for lot in pending),
        pending=sum(lot.remaining for lot in pending),
        next_release=_first(dated, lambda lot: local_day(lot.available_at, zone)),
        next_expiry=_first(ending, lambda lot: last_day(lot.ends_at, zone)),
    )


def last_day(end: datetime | None, zone: ZoneInfo) -> date:
    """The last day before an end: what lasts until midnight ends the day before."""
    assert end is not None
    return local_day(end - _BEFORE_MIDNIGHT, zone)


def worth(points: int, value_micros: int, currency: str) -> int | None:
    """What points are worth in minor units, rounded down; None where a point has no price."""
    if not value_micros:
        return None
    return max(points, 0) * value_micros * 10 ** money.exponent(currency) // _MICROS


def _first(lots: Sequence[OpenLot], day: Callable[[OpenLot], date]) -> Due | None:
    first = min(map(day, lots), default=None)
    return None if first is None else Due(sum(lot.remaining for lot in lots if day(lot) == first), first)
