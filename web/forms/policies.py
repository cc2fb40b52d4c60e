"""Expiry, hold and what happens below zero; the size of a stamp card. PRODUCT A1, C5, C9, J1, I4."""

from typing import Annotated, Self

from pydantic import Field

from db.enums import ExpiryPolicy, NegativePolicy
from loyalty.policies.terms import Policies
from web.forms import Fields, Form


class PoliciesFields(Fields):
    """`months` is the period of expiry; `hold_days` 0 makes order points available at once."""

    expiry: ExpiryPolicy
    months: Annotated[int, Field(ge=1, le=120)] = 12
    pause: bool = False
    hold_days: Annotated[int, Field(ge=0, le=365)]
    negative: NegativePolicy
    guests: bool = False

    @property
    def policies(self) -> Policies:
        return Policies(
            expiry=self.expiry,
            expiry_months=self.months,
            pause_while_left=self.pause,
            hold_days=self.hold_days,
            negative=self.negative,
            guest_earning=self.guests,
        )


class PoliciesForm(Form[PoliciesFields]):
    model = PoliciesFields

    @classmethod
    def drawn(cls, now: Policies) -> Self:
        """The form with these policies."""
        form = cls()
        form.typed = {
            "expiry": now.expiry.value,
            "months": str(now.expiry_months),
            "pause": "on" if now.pause_while_left else "",
            "hold_days": str(now.hold_days),
            "negative": now.negative.value,
            "guests": "on" if now.guest_earning else "",
        }
        return form


class CardFields(Fields):
    """Stamps a card has; `seen` is the size the page was drawn with."""

    size: Annotated[int, Field(ge=2, le=100)]
    seen: int = 0


class CardForm(Form[CardFields]):
    model = CardFields
