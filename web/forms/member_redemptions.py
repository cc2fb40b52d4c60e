"""A member redeems a reward. PRODUCT C8."""

from typing import Annotated

from pydantic import Field

from web.forms import Fields, Form

MOST_POINTS = 10**12


class MemberRedemptionFields(Fields):
    """Which reward is in the address; `price` is what the page said that it costs, in points."""

    price: Annotated[int | None, Field(ge=0, le=MOST_POINTS)] = None


class MemberRedemptionForm(Form[MemberRedemptionFields]):
    model = MemberRedemptionFields
