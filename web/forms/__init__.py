"""What people type. A form keeps the words as they were typed and collects every error by field."""

import re
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar

from litestar.datastructures import FormMultiDict, MultiDict
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

LONGEST_KEY = 64
LONGEST_PREVIEWED = 1000

SENTENCES = {
    "missing": "This is needed.",
    "int_parsing": "Enter a whole number.",
    "int_from_float": "Enter a whole number.",
    "string_too_long": "This is too long.",
    "string_too_short": "This is too short.",
    "date_from_datetime_parsing": "Enter a date.",
    "bool_parsing": "Choose yes or no.",
    "enum": "Choose one from the list.",
    "literal_error": "Choose one from the list.",
    "date_parsing": "Enter a date.",
}


_GAPS = re.compile(r"[\s,.'’\u00a0\u202f](?=\d{3}\b)")
_MOST_DIGITS = 18
"""Whatever is typed fits the database's integers; what lies beyond is too much for any bound."""


def whole(typed: str) -> int:
    """A whole number as people write it: “1,000” and “1 000” are a thousand, “−5” has a real minus sign."""
    compact = _GAPS.sub("", typed.strip())
    sign, digits = ("-", compact[1:]) if compact[:1] in ("-", "−") else ("", compact)
    if not (digits.isascii() and digits.isdecimal()):
        raise ValueError("Enter a whole number.")
    return int(sign + digits[:_MOST_DIGITS])


Whole = Annotated[int, BeforeValidator(whole)]
"""A number in a form; its bounds are a `Field` beside it, and `sentence` says them."""

_LEAST = {0: "This can’t be below zero.", 1: "This has to be above zero."}


class Fields(BaseModel):
    """The declared fields of a form. Whatever else is sent is never looked at."""

    model_config = ConfigDict(str_strip_whitespace=True, frozen=True)


F = TypeVar("F", bound=Fields)


class Form(Generic[F]):
    """`typed` is what came in, `errors` a sentence by field, `fields` the checked values of a good form.

    `key` makes a repeat of the same submission a no-op; `version` is the row version the page was drawn from.
    """

    model: type[F]
    many: ClassVar[tuple[str, ...]] = ()
    """Fields that may be ticked several times; what is typed of them is joined by commas."""

    def __init__(self) -> None:
        self.typed = dict.fromkeys(self.model.model_fields, "")
        self.errors: dict[str, str] = {}
        self.key = secrets.token_urlsafe(16)
        self.version: int | None = None

    @classmethod
    def read(cls, sent: FormMultiDict) -> Self:
        """Check what was sent. Never raises: look at `errors`."""
        form = cls()
        form.typed = {name: str(sent.get(name, "")) for name in form.typed} | _joined(sent, cls.many)
        form.key = str(sent.get("key", ""))[:LONGEST_KEY] or form.key
        version = str(sent.get("version", ""))
        form.version = int(version) if version.isascii() and version.isdecimal() else None
        form._check()
        return form

    @classmethod
    def typed_in(cls, query: Mapping[str, str]) -> Self:
        """The form as it stands while somebody types, from the address of its preview; `errors` as for `read`."""
        form = cls()
        typed = {name: str(query.get(name, "")) for name in form.typed}
        if isinstance(query, MultiDict):
            typed |= _joined(query, cls.many)
        form.typed = {name: value[:LONGEST_PREVIEWED] for name, value in typed.items()}
        form._check()
        return form

    def _check(self) -> None:
        given = {name: value for name, value in self.typed.items() if value.strip()}
        try:
            self.fields: F = self.model.model_validate(given)
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                self.errors.setdefault(str(problem["loc"][0]), sentence(problem))


def _joined(sent: FormMultiDict | MultiDict[Any], names: tuple[str, ...]) -> dict[str, str]:
    return {name: ",".join(str(each) for each in sent.getall(name, [])) for name in names}


def sentence(problem: Any) -> str:
    """One pydantic error in words a shopkeeper understands."""
    if problem["type"] == "value_error":
        return str(problem["msg"]).removeprefix("Value error, ")
    bounds = problem.get("ctx", {})
    least, most = bounds.get("ge"), bounds.get("le")
    if isinstance(most, str):  # pydantic gives the bound of a day as text
        return f"The last day that can be chosen is {date.fromisoformat(most):%-d %B %Y}."
    if least is not None:
        return _LEAST.get(least, f"This has to be at least {least:,}.")
    if most is not None:
        return f"This can be at most {most:,}."
    return SENTENCES.get(problem["type"], "This can’t be right.")
