"""Amounts and counts as platforms write them, to integers. No floats on the way.

Every function raises ValueError with a clause that follows the value: "isn't an amount".
"""

import re
from functools import lru_cache

from loyalty.errors import Invalid
from loyalty.rules import money

LARGEST_MINOR = 10**12
LARGEST_COUNT = 10**6
"""Beyond these a value is nonsense; their product still fits a database's 64-bit integer."""

LONGEST = 40
"""Characters a number can have; more isn't worth reading or caching."""

_EXACT = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,20}))?")


def exact(value: object, currency: str, *, rounded: bool = False) -> int:
    """A JSON amount (text or number, decimal point) in minor units.

    More decimals than the currency has are refused, or rounded half up when `rounded`, which is
    for unit prices and for what a platform computed in floats. Raises ValueError.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("isn't an amount")
    # str(25.5) is the shortest text that means this float, so a float that was read as JSON stays exact.
    return _minor(str(value).strip()[:LONGEST], money.exponent(currency), rounded)


@lru_cache(maxsize=1 << 16)
def _minor(text: str, places: int, rounded: bool) -> int:
    match = _EXACT.fullmatch(text)
    if match is None:
        raise ValueError("isn't an amount")
    sign, whole, decimals = match.group(1), match.group(2), match.group(3) or ""
    kept, dropped = decimals[:places].ljust(places, "0"), decimals[places:].rstrip("0")
    if dropped and not rounded:
        raise ValueError("has more decimals than its currency")
    amount = _sane(int(whole + kept) + (dropped[:1] >= "5"))
    return -amount if sign else amount


@lru_cache(maxsize=1 << 16)
def written(text: str, currency: str) -> int:
    """A spreadsheet's amount in minor units, in any common notation. Raises ValueError."""
    try:
        return _sane(money.parse(text[:LONGEST], currency))
    except Invalid:
        raise ValueError(f"isn't an amount in {currency}") from None


def count(value: object) -> int:
    """A whole number, also written `6.0` or "6". Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("isn't a whole number")
    return _whole(str(value)[:LONGEST])


@lru_cache(maxsize=4096)
def _whole(text: str) -> int:
    match = _EXACT.fullmatch(text.strip())
    if match is None or (match.group(3) or "").strip("0"):
        raise ValueError("isn't a whole number")
    return _sane(int(match.group(1) + match.group(2)), LARGEST_COUNT)


def _sane(number: int, largest: int = LARGEST_MINOR) -> int:
    if abs(number) > largest:
        raise ValueError("is too large")
    return number
