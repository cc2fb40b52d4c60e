"""Saving a view of the customers list, and changing it. PRODUCT B1."""

from collections.abc import Mapping
from typing import Annotated, Self
from urllib.parse import parse_qsl

from pydantic import Field

from loyalty.customers.filters import CustomerFilter
from loyalty.views.listing import View
from loyalty.views.saving import LONGEST_NAME, Wish
from web.forms import Fields, Form

LONGEST_QUERY = 2000


class ViewFields(Fields):
    name: Annotated[str, Field(max_length=LONGEST_NAME)] = ""
    filter: Annotated[str, Field(max_length=LONGEST_QUERY)] = ""
    shared: bool = False
    first: bool = False
    replace: bool = False

    @property
    def wish(self) -> Wish:
        return Wish(self.name, self.shared, self.first)

    @property
    def wanted(self) -> CustomerFilter:
        return read_filter(self.filter)


class ViewForm(Form[ViewFields]):
    model = ViewFields

    @classmethod
    def blank(cls, query: Mapping[str, str]) -> Self:
        """A new view of the list at this address."""
        form = cls()
        form.typed["filter"] = CustomerFilter.parse(query).query()
        return form

    @classmethod
    def of(cls, view: View) -> Self:
        """The view as it is now."""
        form = cls()
        form.typed |= {"name": view.name, "filter": view.query}
        form.typed |= {name: "on" if getattr(view, name) else "" for name in ("shared", "first")}
        return form


def read_filter(query: str) -> CustomerFilter:
    """The filter of an address that came in a field."""
    return CustomerFilter.parse(dict(parse_qsl(query[:LONGEST_QUERY])))
