"""Two-step sign-in: a code, a password to begin with, roles that must have it. PRODUCT O1."""

from collections.abc import Iterable
from typing import Annotated, Self

from litestar.datastructures import FormMultiDict
from pydantic import Field

from db.enums import StaffRole
from web.forms import Fields, Form


class CodeFields(Fields):
    """Six digits of a phone, or a recovery code."""

    code: Annotated[str, Field(max_length=40)]


class CodeForm(Form[CodeFields]):
    model = CodeFields


class BeginningFields(Fields):
    model_config = {"str_strip_whitespace": False, "frozen": True}

    current: Annotated[str, Field(max_length=1000)] = ""


class BeginningForm(Form[BeginningFields]):
    model = BeginningFields


class RequirementForm(Form[Fields]):
    """`roles` are those ticked; unknown ones are never looked at."""

    model = Fields
    roles: frozenset[StaffRole] = frozenset()

    @classmethod
    def read(cls, sent: FormMultiDict) -> Self:
        form = super().read(sent)
        form.roles = chosen(str(value) for value in sent.getall("role", []))
        return form


def chosen(words: Iterable[str]) -> frozenset[StaffRole]:
    """The roles among these words."""
    given = set(words)
    return frozenset(role for role in StaffRole if role in given)
