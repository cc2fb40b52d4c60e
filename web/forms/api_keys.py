"""Making an API key: its name, what it may do, for which store. PRODUCT N2."""

from typing import Annotated

from pydantic import Field

from db.enums import ApiScope
from web.forms import Fields, Form

SCOPES = {
    ApiScope.CODES_READ: (
        "codes_read",
        "See reward codes",
        "What a code is for, whose it is, whether it works.",
    ),
    ApiScope.CODES_USE: ("codes_use", "Hold and use reward codes", "For tills: reserve, use, release."),
    ApiScope.CUSTOMERS_READ: (
        "customers_read",
        "Find customers",
        "By e-mail, phone or card; balance and rewards.",
    ),
    ApiScope.ORDERS_WRITE: ("orders_write", "Tell orders", "Orders earn, are changed and cancelled."),
}
"""The field of each scope, and how it is called and explained."""


class ApiKeyFields(Fields):
    name: Annotated[str, Field(max_length=80)]
    store: Annotated[str, Field(max_length=40)] = ""
    codes_read: bool = False
    codes_use: bool = False
    customers_read: bool = False
    orders_write: bool = False


class ApiKeyForm(Form[ApiKeyFields]):
    model = ApiKeyFields

    @property
    def scopes(self) -> tuple[ApiScope, ...]:
        """What is ticked, of a form without errors."""
        return tuple(scope for scope, (field, *_) in SCOPES.items() if getattr(self.fields, field))
