"""JSON bodies, read field by field; what is wrong is refused by the field's own path."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from loyalty.errors import Invalid
from loyalty.integrations import amounts, moments

LONGEST_TEXT = 1000
"""Characters kept of a title or name."""


def decoded(raw: bytes | str) -> Any:
    """The JSON value of a body. Fractions become text, so no amount ever passes through a float.

    Raises Invalid for anything that isn't JSON.
    """
    try:
        return json.loads(raw, parse_float=str, parse_constant=_not_json)
    except (ValueError, RecursionError):
        raise Invalid("The body isn't JSON.") from None


def _not_json(word: str) -> NoReturn:
    raise ValueError(word)


def clean(text: str) -> str:
    """Text a database can keep: no NUL, no half of a surrogate pair, not endlessly long."""
    text = text[:LONGEST_TEXT]
    if text.isascii():
        return text.replace("\0", "\ufffd") if "\0" in text else text
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


@dataclass(frozen=True, slots=True)
class Body:
    """One JSON object. `path` is where it stands, such as `line_items[2]`."""

    data: dict[str, Any]
    path: str = ""

    @classmethod
    def of(cls, value: object) -> "Body":
        """Raises Invalid when the value isn't an object."""
        if not isinstance(value, dict):
            raise Invalid("The body isn't a JSON object.")
        return cls(value)

    def where(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def refuse(self, key: str, why: str) -> Invalid:
        """The refusal for one field: its path, and a clause such as "isn't an amount"."""
        return Invalid(f"{self.where(key)} {why}.", field=self.where(key))

    def text(self, key: str) -> str:
        """Trimmed text, "" for null or missing; numbers count as their digits."""
        value = self.data.get(key)
        if value is None:
            return ""
        if isinstance(value, str):
            return clean(value).strip()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return clean(str(value))
        raise self.refuse(key, "isn't text")

    def id(self, key: str) -> str | None:
        """A platform's id as text; None for null, missing, "" and 0."""
        value = self.data.get(key)
        if value is None or value == "" or value == 0:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self.refuse(key, "isn't an id")
        text = clean(str(value)).strip()
        if not 0 < len(text) <= 100:
            raise self.refuse(key, "isn't an id")
        return text

    def known_id(self, key: str) -> str:
        """An id that must be there."""
        found = self.id(key)
        if found is None:
            raise self.refuse(key, "is missing")
        return found

    def ids(self, key: str) -> tuple[str, ...]:
        """A list of ids; empty for null or missing."""
        value = self.data.get(key) or []
        if not isinstance(value, list):
            raise self.refuse(key, "isn't a list")
        listed = Body({str(at): item for at, item in enumerate(value)}, self.where(key))
        return tuple(listed.known_id(at) for at in listed.data)

    def words(self, key: str) -> tuple[str, ...]:
        """Comma-separated text, which may be long, word by word; empty for null or missing."""
        value = self.data.get(key)
        if value is None:
            return ()
        if not isinstance(value, str):
            raise self.refuse(key, "isn't text")
        return tuple(word for part in value.split(",") if (word := clean(part).strip()))

    def flag(self, key: str) -> bool | None:
        value = self.data.get(key)
        if value is None or isinstance(value, bool):
            return value
        raise self.refuse(key, "is neither true nor false")

    def amount(self, key: str, currency: str, *, rounded: bool = False) -> int:
        """Minor units; null and missing are 0. `rounded` as in `amounts.exact`."""
        value = self.data.get(key)
        if value is None or value == "":
            return 0
        try:
            return amounts.exact(value, currency, rounded=rounded)
        except ValueError as error:
            raise self.refuse(key, str(error)) from None

    def known_amount(self, key: str, currency: str) -> int:
        """An amount that must be there."""
        if self.data.get(key) in (None, ""):
            raise self.refuse(key, "is missing")
        return self.amount(key, currency)

    def count(self, key: str, default: int = 0) -> int:
        value = self.data.get(key)
        if value is None:
            return default
        try:
            return amounts.count(value)
        except ValueError as error:
            raise self.refuse(key, str(error)) from None

    def moment(self, key: str) -> datetime | None:
        """An aware UTC moment; text without an offset is UTC."""
        value = self.data.get(key)
        if value is None or value == "":
            return None
        try:
            if isinstance(value, str):
                return moments.moment(value)
        except ValueError:
            pass
        raise self.refuse(key, "isn't a date and time")

    def currency(self, key: str) -> str | None:
        """An ISO 4217 code; None for null or missing."""
        code = self.text(key).upper()
        if code and not (len(code) == 3 and code.isascii() and code.isalpha()):
            raise self.refuse(key, "isn't a currency code")
        return code or None

    def part(self, key: str) -> "Body | None":
        """A nested object; None for null or missing, and for the empty list PHP writes for one."""
        value = self.data.get(key)
        if value is None or value == []:
            return None
        if not isinstance(value, dict):
            raise self.refuse(key, "isn't an object")
        return Body(value, self.where(key))

    def parts(self, key: str) -> Iterator["Body"]:
        """Nested objects of a list; nothing for null or missing."""
        value = self.data.get(key)
        if value is None:
            return
        if not isinstance(value, list):
            raise self.refuse(key, "isn't a list")
        for index, item in enumerate(value):
            path = f"{self.where(key)}[{index}]"
            if not isinstance(item, dict):
                raise Invalid(f"{path} isn't an object.", field=path)
            yield Body(item, path)
