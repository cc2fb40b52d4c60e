"""Deciding about a referral: cancelling it, or letting it through."""

from typing import Annotated

from pydantic import Field

from db.enums import ReferralStatus
from web.forms import Fields, Form

Reason = Annotated[str, Field(max_length=500)]


class CancellationFields(Fields):
    """`seen` is the status the form was drawn for; `take_back` the referrer's reward, too. PRODUCT G2, G3."""

    reason: Reason = ""
    take_back: bool = False
    seen: ReferralStatus | None = None


class CancellationForm(Form[CancellationFields]):
    model = CancellationFields


class ClearanceFields(Fields):
    """Why the two are different people after all. PRODUCT G4."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class ClearanceForm(Form[ClearanceFields]):
    model = ClearanceFields
