"""A member redeems a reward. PRODUCT C8."""

from web.forms import Fields, Form


class MemberRedemptionFields(Fields):
    """Which reward is in the address; the form carries its key alone."""


class MemberRedemptionForm(Form[MemberRedemptionFields]):
    model = MemberRedemptionFields
