"""What people type. A form keeps the words as they were typed and collects every error by field."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any, Generic, Self, TypeVar

from litestar.datastructures import FormMultiDict
from pydantic import BaseModel, ConfigDict, ValidationError

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
    "greater_than_equal": "This is too little.",
    "less_than_equal": "This is too much.",
    "date_parsing": "Enter a date.",
}


class Fields(BaseModel):
    """The declared fields of a form. Whatever else is sent is never looked at."""

    model_config = ConfigDict(str_strip_whitespace=True, frozen=True)


F = TypeVar("F", bound=Fields)


class Form(Generic[F]):
    """`typed` is what came in, `errors` a sentence by field, `fields` the checked values of a good form.

    `key` makes a repeat of the same submission a no-op; `version` is the row version the page was drawn from.
    """

    model: type[F]

    def __init__(self) -> None:
        self.typed = dict.fromkeys(self.model.model_fields, "")
        self.errors: dict[str, str] = {}
        self.key = secrets.token_urlsafe(16)
        self.version: int | None = None

    @classmethod
    def read(cls, sent: FormMultiDict) -> Self:
        """Check what was sent. Never raises: look at `errors`."""
        form = cls()
        form.typed = {name: str(sent.get(name, "")) for name in form.typed}
        form.key = str(sent.get("key", ""))[:LONGEST_KEY] or form.key
        version = str(sent.get("version", ""))
        form.version = int(version) if version.isascii() and version.isdecimal() else None
        form._check()
        return form

    @classmethod
    def typed_in(cls, query: Mapping[str, str]) -> Self:
        """The form as it stands while somebody types, from the address of its preview; `errors` as for `read`."""
        form = cls()
        form.typed = {name: str(query.get(name, ""))[:LONGEST_PREVIEWED] for name in form.typed}
        form._check()
        return form

    def _check(self) -> None:
        given = {name: value for name, value in self.typed.items() if value.strip()}
        try:
            self.fields: F = self.model.model_validate(given)
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                self.errors.setdefault(str(problem["loc"][0]), sentence(problem))


def sentence(problem: Any) -> str:
    """One pydantic error in words a shopkeeper understands."""
    if problem["type"] == "value_error":
        return str(problem["msg"]).removeprefix("Value error, ")
    limit = problem.get("ctx", {}).get("le")
    if isinstance(limit, str):  # pydantic gives the bound of a day as text
        return f"The last day that can be chosen is {date.fromisoformat(limit):%-d %B %Y}."
    return SENTENCES.get(problem["type"], "This can’t be right.")
