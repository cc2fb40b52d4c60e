"""Merging two records of one person: which is the other, and whose values are kept. PRODUCT B6."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field

from loyalty.merging.preview import Preview
from loyalty.rules.merging import MergeField
from web.forms import Fields, Form

Whose = Literal["kept", "gone"]


class MergeFields(Fields):
    """For each field that differs: the value of the record that is kept, or of the one that goes."""

    other: Annotated[str, Field(max_length=40)]
    name: Whose = "kept"
    email: Whose = "kept"
    phone: Whose = "kept"
    birthday: Whose = "kept"
    reason: Annotated[str, Field(max_length=500)] = ""

    @property
    def take(self) -> tuple[MergeField, ...]:
        """The fields that come from the record that goes."""
        return tuple(field for field in MergeField if getattr(self, field) == "gone")


class MergeForm(Form[MergeFields]):
    model = MergeFields
    why = ""

    @classmethod
    def blank(cls, query: Mapping[str, str]) -> Self:
        """A new form about the record the address names."""
        form = cls()
        form.typed["other"] = query.get("other", "")[:40]
        return form

    def refuse(self, about: Preview, sentence: str = "") -> None:
        """Say on the form why the two can't be one."""
        self.why = sentence or about.why_not or ""
