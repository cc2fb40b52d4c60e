"""Amounts and counts as platforms write them, to integers. No floats on the way.

Every function raises ValueError with a clause that completes "… isn't an amount".
"""

import re
from functools import lru_cache

from babel.numbers import get_currency_precision

_EXACT = re.compile(r"(-?)(\d{1,15})(?:\.(\d{1,20}))?")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
LONGEST = 40
"""Characters an amount can have; more is nonsense, and not worth caching."""
_MINUS = str.maketrans({"\u2212": "-", "\u00a0": "", "\u202f": "", " ": "", "'": "", "\u2019": ""})


@lru_cache(maxsize=512)
def exponent(currency: str) -> int:
    """Decimal places of a currency's minor unit: 2 for GBP, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)


def exact(value: object, currency: str, *, rounded: bool = False) -> int:
    """A JSON amount (text or number, decimal point) in minor units.

    More decimals than the currency has are refused, or rounded half up when `rounded`, which is
    for unit prices only. Raises ValueError.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("isn't an amount")
    # str(25.5) is the shortest text that means this float, so a float that was read as JSON stays exact.
    return _minor(str(value).strip()[:LONGEST], exponent(currency), rounded)


@lru_cache(maxsize=1 << 16)
def _minor(text: str, places: int, rounded: bool) -> int:
    match = _EXACT.fullmatch(text)
    if match is None:
        raise ValueError("isn't an amount")
    sign, whole, decimals = match.group(1), match.group(2), match.group(3) or ""
    kept, dropped = decimals[:places].ljust(places, "0"), decimals[places:].rstrip("0")
    if dropped and not rounded:
        raise ValueError("has more decimals than its currency")
    amount = int(whole + kept) + (dropped[:1] >= "5")
    return -amount if sign else amount


def written(text: str, currency: str) -> int:
    """A spreadsheet's amount in minor units: `1234.5`, `1,234.50`, `1.234,50`, `1 234,50`, `-3`.

    The last separator is the decimal one, except three digits after a lone comma, which are
    thousands unless the currency has three decimals. Raises ValueError; empty text is one, too.
    """
    return _written(text[:LONGEST], currency)


@lru_cache(maxsize=1 << 16)
def _written(text: str, currency: str) -> int:
    plain = text.strip().translate(_MINUS)
    places = exponent(currency)
    sign, plain = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    dot, comma = plain.rfind("."), plain.rfind(",")
    if comma > dot:
        whole, _, decimals = plain.rpartition(",")
        if dot < 0 and len(decimals) == 3 and places < 3:
            whole, decimals = plain, ""
        else:
            whole = whole.replace(".", ",")
    else:
        whole, _, decimals = plain.partition(".") if plain.count(".") == 1 else (plain, "", "")
    if not _GROUPED.fullmatch(whole) or not (decimals.isdecimal() or not decimals) or not plain.isascii():
        raise ValueError("isn't an amount")
    return _minor(f"{sign}{whole.replace(',', '')}" + (f".{decimals}" if decimals else ""), places, False)


def count(value: object) -> int:
    """A whole number, also written `6.0` or "6". Raises ValueError."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < 1 << 53 else _too_large()
    if isinstance(value, str | float):
        return _whole(str(value)[:LONGEST])
    raise ValueError("isn't a whole number")


@lru_cache(maxsize=4096)
def _whole(text: str) -> int:
    match = _EXACT.fullmatch(text.strip())
    if match is None or (match.group(3) or "").strip("0"):
        raise ValueError("isn't a whole number")
    return int(match.group(1) + match.group(2))


def _too_large() -> int:
    raise ValueError("is too large")
