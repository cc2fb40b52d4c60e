"""Money as typed or exported, in minor units of an ISO 4217 currency. No floats."""

import re

from loyalty.errors import Invalid

_WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENTS = dict.fromkeys(_WHOLE.split(), 0) | dict.fromkeys(_THOUSANDTHS.split(), 3)
_PLAIN = re.compile(r"([+-]?)([0-9.,]+)")
_SPACES = re.compile(r"[\s\u00a0\u202f'’]")
LARGEST_MINOR = 10**15


def exponent(currency: str) -> int:
    """Digits after the point: 2 for most, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency.upper(), 2)


def currency_code(text: str) -> str:
    """A currency code in capitals. Raises Invalid when it isn't three letters."""
    code = text.strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise Invalid(f"“{text}” isn't a currency code such as EUR.", field="currency")
    return code


def parse(text: str, currency: str, *, field: str = "amount") -> int:
    """Minor units of “12.50”, “12,50”, “1,234.5” or “1.234,50”; signed.

    The last of point and comma is the decimal mark when both occur. A single comma before exactly
    three digits is read as thousands, a single point as the decimal mark it is in every export; more digits
    than the currency has are accepted only when they are zeros. Raises Invalid naming the text.
    """
    compact = _SPACES.sub("", text.replace("−", "-"))
    found = _PLAIN.fullmatch(compact)
    if not found:
        raise Invalid(f"“{text.strip()}” isn't an amount of money.", field=field)
    whole, decimals = _divided(found[2], text, field)
    digits = exponent(currency)
    if decimals[digits:].strip("0"):
        raise Invalid(f"“{text.strip()}” has more decimals than {currency} knows.", field=field)
    minor = int((whole or "0") + decimals[:digits].ljust(digits, "0"))
    if minor > LARGEST_MINOR:
        raise Invalid(f"“{text.strip()}” is too large.", field=field)
    return -minor if found[1] == "-" else minor


def plain(minor: int, currency: str) -> str:
    """The amount with a point and no grouping, as exports write it: 1250 EUR is “12.50”."""
    digits = exponent(currency)
    sign, text = "-" if minor < 0 else "", str(abs(minor)).rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else sign + text


def _divided(number: str, text: str, field: str) -> tuple[str, str]:
    """Whole digits and decimals; refuses marks that group in a way nobody writes."""
    mark = _decimal_mark(number)
    whole, _, decimals = number.rpartition(mark) if mark else (number, "", "")
    if whole.isdigit():
        return whole, decimals
    groups = re.split(r"[.,]", whole)
    marks = set(re.findall(r"[.,]", whole))
    grouped = len(groups) > 1
    odd = grouped and (not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:]))
    if odd or len(marks) > 1 or mark in marks or not (whole or decimals) or not "".join(groups) + decimals:
        raise Invalid(f"“{text.strip()}” isn't an amount of money.", field=field)
    return "".join(groups), decimals


def _decimal_mark(number: str) -> str:
    point, comma = number.rfind("."), number.rfind(",")
    if point >= 0 and comma >= 0:
        return "." if point > comma else ","
    if point >= 0:
        return "" if number.count(".") > 1 else "."
    if comma >= 0:
        thousands = number.count(",") > 1 or re.fullmatch(r"[1-9]\d{0,2},\d{3}", number)
        return "" if thousands else ","
    return ""
