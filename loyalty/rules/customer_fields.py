"""What a name, an address, a phone, a birthday and tags may be, and when an edit came too late. PRODUCT B4."""

import json
import zlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from db.enums import CustomerField
from loyalty.errors import Invalid
from loyalty.rules.customers import birthday
from loyalty.rules.orders import normalised_email

LONGEST_NAME = 120
LONGEST_PHONE = 40
LONGEST_TAG = 60
MOST_TAGS = 50
_DIGITS_OF_A_PHONE = 5
_PHONE = frozenset("0123456789+()-./ ")

Value = Mapping[str, Any]
"""One field as plain JSON: {"first_name", "last_name"}, {"month", "day", "year"}, {"email"}, {"phone"}, {"tags"}."""


def checked(field: CustomerField, value: Value, today: date) -> dict[str, Any]:
    """The value as it is stored: trimmed, what is empty as None. Raises Invalid naming the form's field."""
    return _CHECKS[field](value, today)


def fingerprint(value: Value) -> int:
    """Stands for one value. An edit carries that of the value it was drawn from.

    So an edit is refused when that very value has changed, not when an order came in beside it.
    """
    return zlib.crc32(json.dumps(value, sort_keys=True).encode())


def _name(value: Value, today: date) -> dict[str, Any]:
    names = {part: " ".join(str(value[part]).split()) for part in ("first_name", "last_name")}
    for part, text in names.items():
        if len(text) > LONGEST_NAME:
            raise Invalid(f"A name has at most {LONGEST_NAME} letters.", field=part)
    if not any(names.values()):
        raise Invalid("Enter a first or a last name.", field="first_name")
    return names


def _birthday(value: Value, today: date) -> dict[str, Any]:
    month, day, year = (value[part] for part in ("month", "day", "year"))
    if (month, day, year) == (None, None, None):
        return {"month": None, "day": None, "year": None}
    if month is None or day is None:
        raise Invalid("A birthday has a day and a month; the year may stay empty.", field="birthday")
    born = birthday(month, day, year, today=today)
    return {"month": born.month, "day": born.day, "year": born.year}


def _email(value: Value, today: date) -> dict[str, Any]:
    address = str(value["email"] or "").strip()
    if address and normalised_email(address) is None:
        raise Invalid("This isn't an e-mail address. It looks like name@example.com.", field="email")
    return {"email": address or None}


def _phone(value: Value, today: date) -> dict[str, Any]:
    number = " ".join(str(value["phone"] or "").split())
    if number and (not set(number) <= _PHONE or sum(char.isdigit() for char in number) < _DIGITS_OF_A_PHONE):
        raise Invalid("A phone number has digits, spaces and + ( ) - . / only.", field="phone")
    if len(number) > LONGEST_PHONE:
        raise Invalid(f"A phone number has at most {LONGEST_PHONE} characters.", field="phone")
    return {"phone": number or None}


def _tags(value: Value, today: date) -> dict[str, Any]:
    words = sorted({" ".join(str(word).split()) for word in value["tags"]} - {""})
    if any(len(word) > LONGEST_TAG for word in words):
        raise Invalid(f"A tag has at most {LONGEST_TAG} characters.", field="tags")
    if len(words) > MOST_TAGS:
        raise Invalid(f"A customer has at most {MOST_TAGS} tags.", field="tags")
    return {"tags": words}


_CHECKS: dict[CustomerField, Callable[[Value, date], dict[str, Any]]] = {
    CustomerField.NAME: _name,
    CustomerField.BIRTHDAY: _birthday,
    CustomerField.EMAIL: _email,
    CustomerField.PHONE: _phone,
    CustomerField.TAGS: _tags,
}
