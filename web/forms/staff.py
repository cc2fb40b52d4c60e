"""Who works here: inviting, roles, limits. PRODUCT O1, C7."""

from typing import Annotated

from pydantic import Field

from db.enums import StaffRole
from loyalty.rules.adjustments import LARGEST
from loyalty.staff import Account
from web.forms import Fields, Form, Whole

Limit = Annotated[Whole, Field(ge=0, le=LARGEST)]


class InvitationFields(Fields):
    email: Annotated[str, Field(max_length=254)]
    name: Annotated[str, Field(max_length=120)] = ""
    role: StaffRole


class InvitationForm(Form[InvitationFields]):
    model = InvitationFields


class RoleFields(Fields):
    role: StaffRole


class RoleForm(Form[RoleFields]):
    model = RoleFields


class LimitFields(Fields):
    """In points. None is no limit."""

    limit: Limit | None = None
    per_day: Limit | None = None


class LimitForm(Form[LimitFields]):
    model = LimitFields

    def draw(self, about: Account) -> None:
        """Show the limits as they are."""
        shown = {"limit": about.limit, "per_day": about.limit_per_day}
        self.typed = {name: "" if bound is None else str(bound) for name, bound in shown.items()}
        self.version = about.version
