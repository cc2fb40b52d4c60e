"""Claiming an invitation; and deciding about a referral: cancelling it, or letting it through."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field

from db.enums import ReferralStatus
from loyalty.errors import LoyaltyError
from loyalty.languages import message
from loyalty.rules.orders import normalised_email
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


NO_ADDRESS = message("Enter an e-mail address, such as sam@example.com.")


def address(typed: str) -> str:
    """An e-mail address as it was typed."""
    if normalised_email(typed) is None:
        raise ValueError(NO_ADDRESS)
    return typed


class ClaimFields(Fields):
    """The address the friend will order with. PRODUCT G1."""

    email: Annotated[str, Field(max_length=254), AfterValidator(address)]


class ClaimForm(Form[ClaimFields]):
    model = ClaimFields

    def refused(self, refusal: LoyaltyError) -> Self:
        """A fresh form with the words as typed and the refusal: the old key may have been used up."""
        again = type(self)()
        again.typed, again.errors = self.typed, {"email": str(refusal)}
        return again
